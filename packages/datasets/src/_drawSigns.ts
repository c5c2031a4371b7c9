import type { Body } from "./_drawBody.js";
import { between } from "./_thorax.js";

/**
 * What can be drawn into a picture. Of what is drawn on one side, the side is part of the word: the patient's
 * right, on the viewer's left, or left.
 */
export const drawnSigns = [
  "cardiomegaly",
  "congestion",
  "edema",
  "effusion_right",
  "effusion_left",
  "pneumothorax_right",
  "pneumothorax_left",
  "infiltrate_right",
  "infiltrate_left",
  "consolidation_right",
  "consolidation_left",
  "atelectasis_right",
  "atelectasis_left",
  "opacity_right",
  "opacity_left",
  "thickening_right",
  "thickening_left",
  "nodule",
  "mass",
  "fibrosis",
  "emphysema",
  "hernia",
  "scoliosis",
  "kyphosis",
  "aorta",
  "fracture",
  "calcification",
  "cavity",
  "bronchi",
  "pacemaker",
  "devices",
] as const;

/** One word of {@link drawnSigns}. */
export type DrawnSign = (typeof drawnSigns)[number];

/** How strongly each sign is drawn: 1 plainly, less for what a reader would doubt. */
export type SignStrengths = ReadonlyMap<DrawnSign, number>;

/** A spot of a lung. */
interface Spot {
  readonly sign: DrawnSign;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly density: number;
  /** Share of the texture in its density and outline, from 0 (smooth) to 1. */
  readonly cloudiness: number;
}

/** The shapes of the signs in one picture. Pairs hold the patient's right side, then the left. */
export interface Signs {
  readonly strengths: SignStrengths;
  readonly heartScale: number;
  /** Height of the fluid above the lung's lowest corner. */
  readonly effusion: readonly [number, number];
  /** Width of the air outside the lung. */
  readonly pneumothorax: readonly [number, number];
  /** Width of the thickened pleura. */
  readonly thickening: readonly [number, number];
  /** How much higher a dome stands because lung below it is collapsed. */
  readonly volumeLoss: readonly [number, number];
  readonly spots: readonly Spot[];
}

/** The word for a side. */
export const suffix = (side: number): "right" | "left" => (side < 0 ? "right" : "left");

/** Half width of the lungs' outer border at a height of the body. */
export function outerOf({ lungTop, lungBase, halfWidth }: Body, y: number): number {
  const t = Math.min(1, Math.max(0, (y - lungTop) / (0.68 * (lungBase - lungTop))));
  const waist = Math.max(0, y - 0.25) * 0.1;
  return 0.08 + (halfWidth - 0.08) * Math.sqrt(1 - (1 - t) * (1 - t)) - waist;
}

/** A place in the lung of a side: `height` 0 at the apex to 1 at the base, `depth` 0 at the hilum to 1 at the wall. */
export function placeInLung(
  body: Body,
  side: number,
  height: number,
  depth: number,
): readonly [number, number] {
  const top = body.lungTop + 0.16;
  const bottom = body.lungBase - body.domeHeight - 0.18;
  const y = top + (bottom - top) * height;
  const inner = side > 0 && y > -0.05 ? 0.4 : 0.25;
  const outer = outerOf(body, y) - 0.05;
  return [side * (inner + Math.max(0.04, outer - inner) * depth), y];
}

/** Chooses the shape of each sign. The shapes of one sign do not depend on which others are there. */
export function drawSigns(
  strengths: SignStrengths,
  body: Body,
  stream: (index: number) => () => number,
): Signs {
  const pair = (sign: string, lower: number, upper: number, index: number): readonly [number, number] => {
    const random = stream(index);
    const one = (side: number) => {
      const strength = strengths.get(`${sign}_${suffix(side)}` as DrawnSign) ?? 0;
      const width = between(random, lower, upper);
      return strength === 0 ? 0 : width * (0.35 + 0.65 * strength);
    };
    return [one(-1), one(1)];
  };
  const heart = strengths.get("cardiomegaly") ?? 0;
  const heartScale = 1 + heart * between(stream(0), 0.34, 0.52);
  return {
    strengths,
    heartScale: strengths.has("emphysema") && heart === 0 ? 0.86 : heartScale,
    effusion: pair("effusion", 0.26, 0.62, 1),
    pneumothorax: pair("pneumothorax", 0.14, 0.3, 2),
    thickening: pair("thickening", 0.045, 0.085, 3),
    volumeLoss: pair("atelectasis", 0.06, 0.14, 4),
    spots: drawSpots(strengths, body, stream),
  };
}

/** How the spots of a sign are drawn: number, radius, density, cloudiness, and where. */
const spotKinds: readonly {
  readonly sign: DrawnSign;
  readonly count: readonly [number, number];
  readonly radius: readonly [number, number];
  readonly density: readonly [number, number];
  readonly cloudiness: number;
  readonly height: readonly [number, number];
}[] = [
  kind("nodule", [1, 2], [0.042, 0.068], [0.42, 0.6], 0, [0.1, 0.85]),
  kind("mass", [1, 1], [0.12, 0.18], [0.5, 0.68], 0.25, [0.1, 0.75]),
  kind("calcification", [1, 3], [0.016, 0.028], [0.9, 1.2], 0, [0.1, 0.9]),
  kind("cavity", [1, 1], [0.09, 0.13], [0.5, 0.6], 0.15, [0.1, 0.45]),
  ...(["right", "left"] as const).flatMap((side) => [
    kind(`infiltrate_${side}`, [2, 3], [0.13, 0.22], [0.34, 0.5], 0.95, [0.35, 1]),
    kind(`opacity_${side}`, [1, 1], [0.24, 0.34], [0.26, 0.36], 0.5, [0.2, 0.9]),
    kind(`consolidation_${side}`, [1, 1], [0.26, 0.36], [0.6, 0.75], 0.7, [0.25, 0.9]),
  ]),
];

function kind(
  sign: DrawnSign,
  count: readonly [number, number],
  radius: readonly [number, number],
  density: readonly [number, number],
  cloudiness: number,
  height: readonly [number, number],
): (typeof spotKinds)[number] {
  return { sign, count, radius, density, cloudiness, height };
}

function drawSpots(strengths: SignStrengths, body: Body, stream: (index: number) => () => number): Spot[] {
  return spotKinds.flatMap(({ sign, count, radius, density, cloudiness, height }, index) => {
    const strength = strengths.get(sign);
    if (strength === undefined) return [];
    const random = stream(16 + index);
    const number = count[0] + Math.floor(random() * (count[1] - count[0] + 1));
    return Array.from({ length: number }, (): Spot => {
      const anySide = random() < 0.5 ? -1 : 1;
      const side = sign.endsWith("_right") ? -1 : sign.endsWith("_left") ? 1 : anySide;
      const [x, y] = placeInLung(body, side, between(random, ...height), between(random, 0.15, 0.85));
      return {
        sign,
        x,
        y,
        radius: between(random, ...radius) * (1 - 0.25 * body.childhood),
        density: between(random, ...density) * (0.45 + 0.55 * strength),
        cloudiness,
      };
    });
  });
}
