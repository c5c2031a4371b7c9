import type { RankedImages } from "./_rankScores.js";

/** What {@link laneMeasures} writes, in this order. */
export const laneMeasureNames = ["averagePrecision", "accuracy", "sensitivity", "specificity", "f1"] as const;

/** Where decisions are made. */
export interface DecisionRule {
  /** Number of images, from the lowest score on, that are below a frozen threshold; undefined to fit it. */
  readonly cut: number | undefined;
  /**
   * Whether a score equal to the fitted threshold counts as negative, though the index was taken with it as positive,
   * and 1e-15 is added to denominators, as the study's own evaluation did.
   */
  readonly isAsPublished: boolean;
}

/**
 * Average precision, and the decision measures at a threshold, on one of the four packed resamples.
 *
 * One pass from the highest score down. Without a `cut` the threshold is that of the greatest Youden index of the
 * resample itself, the highest of several.
 *
 * @param ranked - One finding's images in the order of one model's score.
 * @param packed - How often each image counts, a byte a resample. `[rows]`
 * @param lane - Which byte, 0 to 3.
 * @param rule - Where decisions are made.
 * @param into - Receives the measures; all NaN where a class is empty. `[5]`
 */
export function laneMeasures(
  ranked: RankedImages,
  packed: Int32Array,
  lane: number,
  { cut, isAsPublished }: DecisionRule,
  into: Float64Array,
): void {
  const totals = countFrom(ranked, packed, lane, 0);
  const { positives, negatives } = totals;
  if (positives === 0 || negatives === 0) {
    into.fill(Number.NaN);
    return;
  }
  const { sum, best } = descend(ranked, packed, lane, totals, isAsPublished);
  const { positives: tp, negatives: fp } = cut === undefined ? best : countFrom(ranked, packed, lane, cut);
  const added = isAsPublished ? 1e-15 : 0;
  into[0] = sum / positives;
  into[1] = (tp + negatives - fp) / (positives + negatives + added);
  into[2] = tp / (positives + added);
  into[3] = (negatives - fp) / (negatives + added);
  into[4] = (2 * tp) / (tp + fp + positives + added);
}

interface Counts {
  readonly positives: number;
  readonly negatives: number;
}

/** Images of each class from a place in the ranking on. */
function countFrom({ ranked }: RankedImages, packed: Int32Array, lane: number, start: number): Counts {
  const shift = 8 * lane;
  let positives = 0;
  let negatives = 0;
  for (let i = start; i < ranked.length; i++) {
    const count = (packed[ranked[i]! >> 1]! >>> shift) & 0xff;
    if ((ranked[i]! & 1) === 1) positives += count;
    else negatives += count;
  }
  return { positives, negatives };
}

/** Sum of the precisions at each positive, and the counts called positive at the greatest Youden index. */
function descend(
  { ranked, borders }: RankedImages,
  packed: Int32Array,
  lane: number,
  { positives, negatives }: Counts,
  isAsPublished: boolean,
) {
  const shift = 8 * lane;
  let tp = 0;
  let fp = 0;
  let sum = 0;
  let bestIndex = 0;
  let best: Counts = { positives: 0, negatives: 0 };
  for (let s = borders.length - 1; s > 0; s--) {
    const start = borders[s - 1]!;
    const isTied = s % 2 === 0;
    let added = 0;
    let fpAbove = fp;
    for (let i = borders[s]! - 1; i >= start; i--) {
      const image = ranked[i]!;
      const count = (packed[image >> 1]! >>> shift) & 0xff;
      if (!isTied) fpAbove = fp;
      if ((image & 1) === 1) {
        tp += count;
        added += count;
      } else fp += count;
      if ((isTied && i > start) || added === 0) continue;
      sum += (added * tp) / (tp + fp);
      // In whole numbers two equal indices are equal; the published evaluation took them as fractions.
      const index = isAsPublished ? tp / positives - fp / negatives : tp * negatives - fp * positives;
      if (index > bestIndex) {
        bestIndex = index;
        best = isAsPublished
          ? { positives: tp - added, negatives: fpAbove }
          : { positives: tp, negatives: fp };
      }
      added = 0;
    }
  }
  return { sum, best };
}
