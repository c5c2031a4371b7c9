import type { IbotOptions } from "./PretrainDinoOptions.js";

/** Masks of iBOT with every default filled in. */
export type IbotPlan = Required<IbotOptions>;

/**
 * Draws which patches of a square grid are hidden: rectangles of 4 patches and more until the number is reached, as in BEiT.
 *
 * @returns 1 for a hidden patch, else 0, `[side · side]`; none is hidden with the probability that the plan leaves.
 */
export function drawMask(side: number, { probability, ratio }: IbotPlan, random: () => number): Float32Array {
  const mask = new Float32Array(side * side);
  if (random() >= probability) return mask;
  const wanted = Math.max(1, Math.round(mask.length * (ratio[0] + random() * (ratio[1] - ratio[0]))));
  let hidden = 0;
  for (let attempt = 0; attempt < 10 && hidden < wanted; attempt++)
    hidden += hideBlock(mask, side, wanted - hidden, random);
  // What rectangles left open is filled patch by patch.
  while (hidden < wanted) {
    const at = Math.floor(random() * mask.length);
    if (mask[at] === 1) continue;
    mask[at] = 1;
    hidden += 1;
  }
  return mask;
}

/** Hides a rectangle and says how many patches it newly hides; none where that would be more than are left. */
function hideBlock(mask: Float32Array, side: number, left: number, random: () => number): number {
  const area = Math.min(4, left) + random() * Math.max(0, left - 4);
  const form = Math.exp(Math.log(0.3) + random() * Math.log(1 / 0.3 / 0.3));
  const height = Math.min(side, Math.max(1, Math.round(Math.sqrt(area * form))));
  const width = Math.min(side, Math.max(1, Math.round(Math.sqrt(area / form))));
  const top = Math.floor(random() * (side - height + 1));
  const first = Math.floor(random() * (side - width + 1));
  const fresh: number[] = [];
  for (let y = top; y < top + height; y++)
    for (let x = first; x < first + width; x++) if (mask[y * side + x] === 0) fresh.push(y * side + x);
  if (fresh.length > left) return 0;
  for (const at of fresh) mask[at] = 1;
  return fresh.length;
}
