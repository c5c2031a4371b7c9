import type { RankedImages } from "./_rankScores.js";

/** Resamples that one pass measures: one byte of a packed count each. */
export const LANES = 4;
/** Images after which two 16-bit sums of counts up to 255 could overflow. */
export const FLUSH = 257;

/**
 * Areas under the ROC curve on four resamples at once: pairs won by the positive, half of those tied, over all pairs.
 *
 * One pass in ascending order. The counts of an image in the four resamples are the bytes of one integer, so that one
 * load serves all; negatives passed so far are summed two resamples to an integer, in halves of 16 bits, which are
 * emptied before they could overflow. All sums are whole or half numbers, exact below 2^53.
 *
 * @param ranked - One finding's images in the order of one model's score.
 * @param packed - How often each image counts, four bytes. `[rows]`
 * @param into - Receives the four areas; NaN where a class is empty. `[4]`
 * @param totals - Receives the positives of the four resamples, then the negatives. `[8]`
 */
export function resampledAreas(
  { ranked, mixedBorders: borders }: RankedImages,
  packed: Int32Array,
  into: Float64Array,
  totals: Float64Array,
): void {
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let n0 = 0;
  let n1 = 0;
  let n2 = 0;
  let n3 = 0;
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  for (let s = 1; s < borders.length; s++) {
    const end = borders[s]!;
    const isTied = s % 2 === 0;
    const pp0 = p0;
    const pp1 = p1;
    const pp2 = p2;
    const pp3 = p3;
    const nn0 = n0;
    const nn1 = n1;
    const nn2 = n2;
    const nn3 = n3;
    for (let start = borders[s - 1]!; start < end; start += FLUSH) {
      const stop = Math.min(end, start + FLUSH);
      let even = 0;
      let odd = 0;
      for (let i = start; i < stop; i++) {
        const image = ranked[i]!;
        const count = packed[image >> 1]!;
        if ((image & 1) === 0) {
          even = (even + (count & 0xff00ff)) | 0;
          odd = (odd + ((count >>> 8) & 0xff00ff)) | 0;
          continue;
        }
        const c0 = count & 0xff;
        const c1 = (count >>> 8) & 0xff;
        const c2 = (count >>> 16) & 0xff;
        const c3 = count >>> 24;
        p0 += c0;
        p1 += c1;
        p2 += c2;
        p3 += c3;
        if (isTied) continue;
        w0 += c0 * (n0 + (even & 0xffff));
        w1 += c1 * (n1 + (odd & 0xffff));
        w2 += c2 * (n2 + (even >>> 16));
        w3 += c3 * (n3 + (odd >>> 16));
      }
      n0 += even & 0xffff;
      n1 += odd & 0xffff;
      n2 += even >>> 16;
      n3 += odd >>> 16;
    }
    if (isTied) {
      w0 += ((p0 - pp0) * (nn0 + n0)) / 2;
      w1 += ((p1 - pp1) * (nn1 + n1)) / 2;
      w2 += ((p2 - pp2) * (nn2 + n2)) / 2;
      w3 += ((p3 - pp3) * (nn3 + n3)) / 2;
    }
  }
  into[0] = w0 / (p0 * n0);
  into[1] = w1 / (p1 * n1);
  into[2] = w2 / (p2 * n2);
  into[3] = w3 / (p3 * n3);
  totals.set([p0, p1, p2, p3, n0, n1, n2, n3]);
}
