import { requireFraction } from "./_check.js";
import { countsAbove } from "./_countsAbove.js";
import type { WorkingPoint } from "./youdenThreshold.js";

/**
 * Lowest threshold whose specificity is at least the one asked for; of all that reach it, the most sensitive.
 *
 * Choose it on validation images and apply it to test images: on the images it was chosen on it flatters.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @param specificity - Least specificity, a fraction in [0, 1].
 * @returns Threshold with the sensitivity and specificity reached: one of the scores, or +Infinity where only calling
 *   nothing positive is specific enough; all NaN if only one class is there.
 * @throws RangeError if `specificity` lies outside [0, 1], the lengths differ, a label is something else, or a score is
 *   not finite.
 * @see Fawcett (2006), An introduction to ROC analysis, section 5. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#thresholdAtSpecificity}
 */
export function thresholdAtSpecificity(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  specificity: number,
): WorkingPoint {
  requireFraction("thresholdAtSpecificity", "specificity", specificity);
  const { thresholds, truePositives, falsePositives, numPositives, numNegatives } = countsAbove(
    "thresholdAtSpecificity",
    labels,
    scores,
  );
  if (numPositives === 0 || numNegatives === 0) {
    return { threshold: Number.NaN, sensitivity: Number.NaN, specificity: Number.NaN };
  }
  // True negatives over negatives: 1 − fpr rounds twice and can miss a specificity that is reached.
  const reached = (count: number) => (numNegatives - count) / numNegatives;
  const i = falsePositives.findLastIndex((count) => reached(count) >= specificity);
  return {
    threshold: thresholds[i] as number,
    sensitivity: (truePositives[i] as number) / numPositives,
    specificity: reached(falsePositives[i] as number),
  };
}
