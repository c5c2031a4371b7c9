import { countsAbove } from "./_countsAbove.js";

/**
 * Average precision: the precision at each distinct score, weighted by the recall gained there. A sum of steps, not the
 * trapezoidal area under the curve, which flatters.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @returns Average in (0, 1]; a score without skill gets the share of positives. NaN if only one class is there, where
 *   scikit-learn gives 0 or 1 whatever the scores.
 * @throws RangeError if the lengths differ, a label is something else, or a score is not finite, with its index.
 * @see Davis & Goadrich (2006), section 4, on why not to interpolate; scikit-learn's `average_precision_score` is this
 *   sum. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#averagePrecision}
 */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { truePositives, falsePositives, numPositives, numNegatives } = countsAbove(
    "averagePrecision",
    labels,
    scores,
  );
  if (numNegatives === 0) return Number.NaN;
  let sum = 0;
  for (let i = 1; i < truePositives.length; i++) {
    const count = truePositives[i] as number;
    sum += ((count - (truePositives[i - 1] as number)) * count) / (count + (falsePositives[i] as number));
  }
  return sum / numPositives;
}
