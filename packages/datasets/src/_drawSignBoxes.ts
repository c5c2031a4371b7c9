import type { Body } from "./_drawBody.js";
import type { Box } from "./_drawCanvas.js";
import { type DrawnSign, type Signs, suffix } from "./_drawSigns.js";

const sides = [-1, 1] as const;

/** Where each sign with a place lies, for the tables that give rectangles. */
export function signBoxes(signs: Signs, body: Body): { readonly sign: DrawnSign; readonly box: Box }[] {
  const wall = (sign: DrawnSign, side: number, from: number, top: number, bottom: number) => {
    const [a, b] = [side * from, side * body.halfWidth];
    return { sign, box: [Math.min(a, b), top, Math.max(a, b), bottom] as const };
  };
  const paired = sides.flatMap((side) => {
    const i = side < 0 ? 0 : 1;
    const word = suffix(side);
    const [fluid, air, pleura, loss] = [
      signs.effusion[i],
      signs.pneumothorax[i],
      signs.thickening[i],
      signs.volumeLoss[i],
    ];
    const { lungTop: top, lungBase: base, domeHeight } = body;
    return [
      ...(fluid > 0 ? [wall(`effusion_${word}`, side, 0.2, base - fluid - 0.2, base)] : []),
      ...(air > 0 ? [wall(`pneumothorax_${word}`, side, 0.2, top, 0.2)] : []),
      ...(pleura > 0 ? [wall(`thickening_${word}`, side, body.halfWidth - 0.14, top + 0.2, 0.4)] : []),
      ...(loss > 0 ? [wall(`atelectasis_${word}`, side, 0.2, base - domeHeight - 0.35, base - 0.1)] : []),
    ];
  });
  const spots = signs.spots.map(({ sign, x, y, radius: r }) => ({
    sign,
    box: [x - r, y - r, x + r, y + r] as const,
  }));
  return [...paired, ...spots, ...fixedBoxes(signs, body)];
}

function fixedBoxes(
  { strengths, heartScale }: Signs,
  body: Body,
): { readonly sign: DrawnSign; readonly box: Box }[] {
  const heart = heartScale * body.heartScale;
  const { lungTop, lungBase, halfWidth, domeHeight } = body;
  const boxes: readonly (readonly [DrawnSign, Box])[] = [
    ["cardiomegaly", [-0.26 * heart, -0.05, 0.46 * heart, lungBase - domeHeight * 0.6]],
    ["aorta", [-0.16, -0.42, 0.3, 0.02]],
    ["fibrosis", [-halfWidth, 0, halfWidth, lungBase - domeHeight]],
    ["fracture", [0.3, -0.35, halfWidth + 0.05, 0.05]],
    ["edema", [-0.6, -0.35, 0.6, 0.4]],
    ["bronchi", [-0.5, lungTop + 0.35, 0.5, lungBase - domeHeight - 0.1]],
    ["emphysema", [-halfWidth, lungTop, halfWidth, lungBase]],
  ];
  return boxes.filter(([sign]) => strengths.has(sign)).map(([sign, box]) => ({ sign, box }));
}
