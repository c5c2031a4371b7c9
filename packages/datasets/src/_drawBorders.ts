import type { Body, Pose } from "./_drawBody.js";
import { type Line, lineThrough } from "./_drawLine.js";
import { outerOf, type Signs } from "./_drawSigns.js";

/** The borders of one picture, tabulated. */
export interface Borders {
  /** Half width of the lungs' outer border, by height. */
  readonly outer: Line;
  /** Half width of the trunk, by height. */
  readonly flank: Line;
  /** Half width of what lies between the lungs, right and left, by height. */
  readonly middle: readonly [Line, Line];
  /** Height of the domes, right and left, by distance from the middle. */
  readonly domes: readonly [Line, Line];
  /** Height at which the trunk begins, by distance from the middle. */
  readonly shoulder: Line;
}

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Half widths of heart and great vessels at heights of the chest. */
function middleLines(body: Body, pose: Pose, signs: Signs): readonly [Line, Line] {
  const heart = body.heartScale * signs.heartScale * (pose.frontToBack ? 1.08 : 1);
  const aorta = signs.strengths.get("aorta") ?? 0;
  const thymus = 0.1 * body.childhood;
  const top = body.lungTop;
  const base = body.lungBase + pose.inspiration;
  const y = (share: number) => top + share * (base - top);
  const neck = 0.1 + 0.02 * (1 - body.childhood);
  const right: [number, number][] = [
    [y(-0.2), neck],
    [y(0.1), neck + 0.01],
    [y(0.28), neck + 0.03 + thymus + 0.05 * aorta],
    [y(0.42), neck + 0.05 + 0.5 * thymus + 0.045 * aorta],
    [y(0.52), 0.17],
    [y(0.64), 0.23 * heart],
    [y(0.74), 0.26 * heart],
    [y(0.86), 0.2 * heart],
    [y(1), 0.14 * heart],
  ];
  const left: [number, number][] = [
    [y(-0.2), neck],
    [y(0.12), neck + 0.01 + 0.04 * aorta],
    [y(0.24), 0.16 + 0.9 * thymus + 0.08 * aorta],
    [y(0.32), 0.2 + thymus + 0.1 * aorta],
    [y(0.4), 0.16 + 0.8 * thymus + 0.05 * aorta],
    [y(0.47), 0.2 + 0.3 * thymus],
    [y(0.55), 0.26 * (0.5 + 0.5 * heart)],
    [y(0.66), 0.36 * heart],
    [y(0.77), 0.45 * heart],
    [y(0.86), 0.46 * heart],
    [y(0.94), 0.36 * heart],
    [y(1.06), 0.2 * heart],
  ];
  return [lineThrough(right), lineThrough(left)];
}

/** Tabulates the borders of one picture. */
export function bordersOf(body: Body, pose: Pose, signs: Signs): Borders {
  const { lungBase, domeHeight, halfWidth, softTissue, childhood } = body;
  const airy = signs.strengths.get("emphysema") ?? 0;
  const scarred = signs.strengths.get("fibrosis") ?? 0;
  const dome = (side: 0 | 1) => {
    const height = domeHeight * (1 - 0.75 * airy);
    const base = lungBase + pose.inspiration + 0.04 * airy - 0.06 * scarred - signs.volumeLoss[side];
    return lineThrough(
      range(0, 1.2, 0.06).map((lateral) => {
        const u = (lateral - 0.4 * (halfWidth / 0.78)) / (0.44 * (halfWidth / 0.78));
        return [lateral, base - height * Math.max(-0.2, 1 - u * u) - (side === 0 ? 0.05 : 0)];
      }),
    );
  };
  const wide = halfWidth + 0.07 + 0.1 * softTissue - 0.02 * childhood;
  return {
    outer: lineThrough(range(-1.2, 1.2, 0.05).map((y) => [y, outerOf(body, y)])),
    flank: lineThrough([
      [-1, wide + 0.35],
      [-0.55, wide + 0.22],
      [-0.15, wide + 0.05],
      [0.2, wide],
      [0.7, wide - 0.02],
      [1.2, wide + 0.02],
    ]),
    middle: middleLines(body, pose, signs),
    domes: [dome(0), dome(1)],
    shoulder: lineThrough([
      [0, -2.4],
      [0.2 - 0.02 * childhood, -1.7],
      [0.32, body.lungTop - 0.4],
      [0.5, body.lungTop - 0.28],
      [0.75, body.lungTop - 0.2],
      [1, body.lungTop - 0.08],
      [1.3, body.lungTop + 0.3],
    ]),
  };
}
