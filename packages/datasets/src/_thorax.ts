import { randomStream } from "./_random.js";

/**
 * A patient's frame, in units of half the image: x grows to the viewer's right, y downwards, both from −1 to 1.
 * Left and right in names are the patient's, whose right side lies on the viewer's left.
 */
export interface Thorax {
  readonly lungTop: number;
  readonly lungBase: number;
  /** Half width of the rib cage. */
  readonly halfWidth: number;
  readonly domeHeight: number;
  readonly ribSpacing: number;
  readonly ribPhase: number;
  readonly ribContrast: number;
  /** Transverse diameter of the heart over that of the rib cage when healthy. */
  readonly heartRatio: number;
  readonly female: boolean;
  /** From 0 (slim) to 1. */
  readonly softTissue: number;
  /** Gas in the stomach: place to the right, below the lung base, and half width; 0 wide for none. */
  readonly stomach: readonly [right: number, down: number, width: number];
}

/** How one picture of a patient was taken. */
export interface Exposure {
  readonly frontToBack: boolean;
  readonly rotation: number;
  readonly zoom: number;
  readonly right: number;
  readonly down: number;
  readonly inspiration: number;
  readonly gain: number;
  readonly gamma: number;
  readonly noise: number;
}

/** A number between two bounds. */
export function between(random: () => number, lower: number, upper: number): number {
  return lower + (upper - lower) * random();
}

/** Draws a patient. */
export function drawThorax(female: boolean, random: () => number): Thorax {
  return {
    lungTop: between(random, -0.82, -0.74),
    lungBase: between(random, 0.6, 0.74),
    halfWidth: between(random, 0.72, 0.84),
    domeHeight: between(random, 0.14, 0.24),
    ribSpacing: between(random, 0.15, 0.18),
    ribPhase: random(),
    ribContrast: between(random, 0.6, 1.1),
    heartRatio: between(random, 0.4, 0.47),
    female,
    softTissue: between(random, 0, 1),
    stomach: [between(random, 0.3, 0.5), between(random, -0.02, 0.1), between(random, 0.06, 0.24)],
  };
}

/** Draws the circumstances of one picture. */
export function drawExposure(frontToBack: boolean, random: () => number): Exposure {
  return {
    frontToBack,
    rotation: between(random, -0.04, 0.04),
    zoom: between(random, 0.94, 1.05),
    right: between(random, -0.04, 0.04),
    down: between(random, -0.04, 0.04),
    inspiration: frontToBack ? between(random, -0.1, 0) : between(random, -0.05, 0.04),
    gain: between(random, 0.95, 1.12),
    gamma: between(random, 0.9, 1.35),
    noise: between(random, 0.006, 0.022),
  };
}

/** 1 where `distance` is well below 0, 0 where it is well above, over a border `width` wide. */
export function soft(distance: number, width: number): number {
  const t = Math.min(1, Math.max(0, 0.5 - distance / width));
  return t * t * (3 - 2 * t);
}

/** A bell of height 1 at 0. */
export function bump(t: number): number {
  return t > 3 || t < -3 ? 0 : Math.exp(-t * t);
}

/** Half width of the lungs' outer border at a height. */
export function outerBorder(thorax: Thorax, y: number): number {
  const t = Math.min(1, Math.max(0, (y - thorax.lungTop) / 0.95));
  return 0.1 + (thorax.halfWidth - 0.1) * Math.sqrt(1 - (1 - t) * (1 - t));
}

/** Height of the diaphragm at a distance from the midline; the patient's right dome (side −1) stands higher. */
export function diaphragm(thorax: Thorax, inspiration: number, side: number, lateral: number): number {
  const u = (lateral - 0.36) / 0.42;
  const dome = thorax.domeHeight * Math.max(-0.4, 1 - u * u);
  return thorax.lungBase + inspiration - dome - (side < 0 ? 0.05 : 0);
}

/** Smooth random texture of mean 0, shape `[size, size]`: bilinear interpolation of random grids of several widths. */
export function cloudTexture(size: number, cells: readonly number[], seeds: readonly number[]): Float32Array {
  const texture = new Float32Array(size * size);
  cells.forEach((numCells, octave) => {
    const random = randomStream(...seeds, octave);
    const width = numCells + 2;
    const grid = Float32Array.from({ length: width * width }, () => 2 * random() - 1);
    for (let row = 0; row < size; row++) {
      const gy = (row / size) * numCells;
      const top = Math.floor(gy);
      for (let column = 0; column < size; column++) {
        const gx = (column / size) * numCells;
        const left = Math.floor(gx);
        const at = top * width + left;
        const [fx, fy] = [gx - left, gy - top];
        const upper = (grid[at] as number) * (1 - fx) + (grid[at + 1] as number) * fx;
        const lower = (grid[at + width] as number) * (1 - fx) + (grid[at + width + 1] as number) * fx;
        const pixel = row * size + column;
        texture[pixel] = (texture[pixel] as number) + (upper * (1 - fy) + lower * fy) / (octave + 1);
      }
    }
  });
  return texture;
}
