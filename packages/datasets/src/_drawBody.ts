import { between } from "./_thorax.js";

/** A patient's frame, drawn once for all of the patient's pictures; lengths in units of half the picture. */
export interface Body {
  readonly female: boolean;
  /** In years. */
  readonly age: number;
  /** 0 for the grown, 1 for the newborn. */
  readonly childhood: number;
  readonly lungTop: number;
  /** Height of the lung's lowest corner. */
  readonly lungBase: number;
  /** Half width of the rib cage inside. */
  readonly halfWidth: number;
  readonly domeHeight: number;
  readonly ribSpacing: number;
  /** How steeply the ribs fall. */
  readonly ribSlope: number;
  readonly boneDensity: number;
  /** Factor on the heart's width when healthy. */
  readonly heartScale: number;
  /** From 0 (slim) to 1. */
  readonly softTissue: number;
  /** Gas under the left dome: place from the middle, below the dome, half width. */
  readonly stomach: readonly [right: number, down: number, width: number];
  /** Number of the patient's own random streams. */
  readonly seeds: readonly number[];
}

/**
 * Draws a patient.
 *
 * @param age - In years.
 * @param random - Stream of the patient.
 * @param seeds - Keys from which further streams of the patient are made.
 */
export function drawBody(female: boolean, age: number, random: () => number, seeds: readonly number[]): Body {
  const childhood = age >= 14 ? 0 : Math.min(1, 1 - age / 16);
  const grown = {
    lungTop: between(random, -0.8, -0.72),
    lungBase: between(random, 0.66, 0.78),
    halfWidth: between(random, 0.72, 0.84) * (female ? 0.97 : 1),
    domeHeight: between(random, 0.17, 0.25),
    ribSpacing: between(random, 0.125, 0.142),
    ribSlope: between(random, 0.85, 1.1),
    boneDensity: between(random, 0.75, 1.15) * (age > 60 ? 0.85 : 1),
    heartScale: between(random, 0.92, 1.05),
    softTissue: random(),
  };
  return {
    ...grown,
    female,
    age,
    childhood,
    lungTop: grown.lungTop + 0.16 * childhood,
    lungBase: grown.lungBase - 0.3 * childhood,
    halfWidth: grown.halfWidth * (1 - 0.16 * childhood),
    domeHeight: grown.domeHeight * (1 - 0.25 * childhood),
    ribSpacing: grown.ribSpacing * (1 - 0.28 * childhood),
    ribSlope: grown.ribSlope * (1 - 0.55 * childhood),
    boneDensity: grown.boneDensity * (1 - 0.35 * childhood),
    heartScale: grown.heartScale * (1 + 0.1 * childhood),
    stomach: [between(random, 0.28, 0.45), between(random, 0.08, 0.16), between(random, 0.06, 0.2)],
    seeds,
  };
}

/** How one picture of a patient was taken. */
export interface Pose {
  /** Front to back, as at the bedside; the heart looks larger and the domes stand higher. */
  readonly frontToBack: boolean;
  readonly rotation: number;
  readonly zoom: number;
  readonly right: number;
  readonly down: number;
  /** How much lower the domes stand than on average. */
  readonly inspiration: number;
  readonly gain: number;
  readonly gamma: number;
  readonly noise: number;
}

/** Draws the circumstances of one picture. */
export function drawPose(frontToBack: boolean, random: () => number): Pose {
  const spread = frontToBack ? 1.4 : 1;
  return {
    frontToBack,
    rotation: spread * between(random, -0.035, 0.035),
    zoom: between(random, 0.95, 1.06),
    right: spread * between(random, -0.035, 0.035),
    down: between(random, -0.04, 0.04),
    inspiration: frontToBack ? between(random, -0.11, -0.02) : between(random, -0.04, 0.03),
    gain: between(random, 0.94, 1.08),
    gamma: between(random, 0.88, 1.25),
    noise: between(random, 0.006, 0.02) * (frontToBack ? 1.3 : 1),
  };
}
