import { requireFraction } from "./_check.js";
import { countsAbove } from "./_countsAbove.js";
import type { WorkingPoint } from "./youdenThreshold.js";

/**
 * Highest threshold whose sensitivity is at least the one asked for; of all that reach it, the most specific.
 *
 * Choose it on validation images and apply it to test images: on the images it was chosen on it flatters.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @param sensitivity - Least sensitivity, a fraction in [0, 1]; 0 gives the threshold +Infinity.
 * @returns Threshold with the sensitivity and specificity reached, the first often above what was asked; all NaN if only
 *   one class is there.
 * @throws RangeError if `sensitivity` lies outside [0, 1], the lengths differ, a label is something else, or a score is
 *   not finite.
 * @see Fawcett (2006), An introduction to ROC analysis, section 5. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#thresholdAtSensitivity}
 */
export function thresholdAtSensitivity(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  sensitivity: number,
): WorkingPoint {
  requireFraction("thresholdAtSensitivity", "sensitivity", sensitivity);
  const { thresholds, truePositives, falsePositives, numPositives, numNegatives } = countsAbove(
    "thresholdAtSensitivity",
    labels,
    scores,
  );
  if (numPositives === 0 || numNegatives === 0) {
    return { threshold: Number.NaN, sensitivity: Number.NaN, specificity: Number.NaN };
  }
  const i = truePositives.findIndex((count) => count / numPositives >= sensitivity);
  return {
    threshold: thresholds[i] as number,
    sensitivity: (truePositives[i] as number) / numPositives,
    specificity: (numNegatives - (falsePositives[i] as number)) / numNegatives,
  };
}
