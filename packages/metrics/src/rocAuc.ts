import { splitByClass } from "./_splitByClass.js";

/**
 * Area under the ROC curve: the probability that a positive image scores higher than a negative one, ties counting
 * half. Exact: pairs are counted in whole numbers.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @returns Area in [0, 1]; NaN if only one class is there.
 * @throws RangeError if the lengths differ, a label is something else, or a score is not finite, with its index.
 * @see Hanley & McNeil (1982), Radiology 143:29–36; Mann & Whitney (1947) for the count. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#rocAuc}
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = splitByClass("rocAuc", labels, scores);
  // Twice the pairs won plus the pairs tied, a whole number below 2⁵³ for any N below 9·10⁷.
  let doubled = 0;
  let below = 0;
  let notAbove = 0;
  for (const score of positives) {
    while (below < negatives.length && (negatives[below] as number) < score) below++;
    while (notAbove < negatives.length && (negatives[notAbove] as number) <= score) notAbove++;
    doubled += below + notAbove;
  }
  return doubled / (2 * positives.length * negatives.length);
}
