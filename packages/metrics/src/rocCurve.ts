import { splitByClass } from "./_splitByClass.js";

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
 * @example {@includeCode ../example/metrics.example.ts#rocCurve}
 */
export function rocCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { dropCollinear = false }: RocCurveOptions = {},
): RocCurve {
  const { positives, negatives } = splitByClass("rocCurve", labels, scores);
  let p = positives.length;
  let n = negatives.length;
  const truePositives = [0];
  const falsePositives = [0];
  const thresholds = [Number.POSITIVE_INFINITY];
  while (p > 0 || n > 0) {
    const score = Math.max(
      positives[p - 1] ?? Number.NEGATIVE_INFINITY,
      negatives[n - 1] ?? Number.NEGATIVE_INFINITY,
    );
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
    truePositives.push(positives.length - p);
    falsePositives.push(negatives.length - n);
    thresholds.push(score);
  }
  const kept = dropCollinear ? cornersOf(falsePositives, truePositives) : thresholds.map((_, i) => i);
  return {
    fpr: Float64Array.from(kept, (i) => (falsePositives[i] as number) / negatives.length),
    tpr: Float64Array.from(kept, (i) => (truePositives[i] as number) / positives.length),
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
