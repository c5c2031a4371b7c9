import { countsAbove } from "./_countsAbove.js";

/** Points of a precision-recall curve, from recall 0 to recall 1. */
export interface PrecisionRecallCurve {
  /** Positive predictive value of each point; by convention 1 at the first, where nothing is called positive. */
  readonly precision: Float64Array;
  /** True positive rate of each point, ascending; NaN without positives. */
  readonly recall: Float64Array;
  /** Scores of at least this count as positive; descending, the first +Infinity. */
  readonly thresholds: Float64Array;
}

/**
 * Precision and recall at each distinct score, in the order of {@link rocCurve}.
 *
 * scikit-learn has the same points in the opposite order, without a threshold for the one of recall 0.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @returns Precision, recall and thresholds, one more than there are distinct scores; all `recall` are NaN without
 *   positives.
 * @throws RangeError if the lengths differ, a label is something else, or a score is not finite, with its index.
 * @see Davis & Goadrich (2006), The relationship between precision-recall and ROC curves, section 2. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#precisionRecallCurve}
 */
export function precisionRecallCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives, numPositives } = countsAbove(
    "precisionRecallCurve",
    labels,
    scores,
  );
  return {
    precision: Float64Array.from(truePositives, (count, i) =>
      i === 0 ? 1 : count / (count + (falsePositives[i] as number)),
    ),
    recall: Float64Array.from(truePositives, (count) => count / numPositives),
    thresholds: Float64Array.from(thresholds),
  };
}
