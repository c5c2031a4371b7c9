import { countsAbove } from "./_countsAbove.js";

/** Options of {@link rocCurve}. */
export interface RocCurveOptions {
  /** Leaves out points on a straight line between their neighbours; the area stays the same. @defaultValue `false` */
  readonly dropCollinear?: boolean;
}

/** Points of a ROC curve, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** False positive rate of each point, ascending. */
  readonly fpr: Float64Array;
  /** True positive rate of each point, ascending. */
  readonly tpr: Float64Array;
  /** Scores of at least this count as positive; descending, the first +Infinity. */
  readonly thresholds: Float64Array;
}

/**
 * Receiver operating characteristic: one point for each distinct score, and one for no positives at all.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @param options - Which points to leave out.
 * @returns Rates and thresholds; all `fpr` are NaN without negatives, all `tpr` without positives.
 * @throws RangeError if the lengths differ, a label is something else, or a score is not finite, with its index.
 * @see Fawcett (2006), An introduction to ROC analysis, algorithm 1; `dropCollinear` is scikit-learn's `drop_intermediate`.
 * @example
 * {@includeCode ../example/metrics.example.ts#rocCurve}
 */
export function rocCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { dropCollinear = false }: RocCurveOptions = {},
): RocCurve {
  const { thresholds, truePositives, falsePositives, numPositives, numNegatives } = countsAbove(
    "rocCurve",
    labels,
    scores,
  );
  const kept = dropCollinear ? cornersOf(falsePositives, truePositives) : thresholds.map((_, i) => i);
  return {
    fpr: Float64Array.from(kept, (i) => (falsePositives[i] as number) / numNegatives),
    tpr: Float64Array.from(kept, (i) => (truePositives[i] as number) / numPositives),
    thresholds: Float64Array.from(kept, (i) => thresholds[i] as number),
  };
}

/** Indices of the first two points, the last one, and each whose two neighbours lie at different steps from it. */
function cornersOf(x: readonly number[], y: readonly number[]): number[] {
  const bends = (values: readonly number[], i: number) =>
    (values[i + 1] as number) - (values[i] as number) !== (values[i] as number) - (values[i - 1] as number);
  const kept: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (i <= 1 || i === x.length - 1 || bends(x, i) || bends(y, i)) kept.push(i);
  }
  return kept;
}
