import { requirePair, requireSameLength } from "./_splitByClass.js";

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Whether a score equal to the threshold counts as positive. @defaultValue `true` */
  readonly inclusive?: boolean;
}

/** How often label and decision agree and differ. */
export interface ConfusionMatrix {
  /** Label 1, called positive. */
  readonly truePositives: number;
  /** Label 0, called positive. */
  readonly falsePositives: number;
  /** Label 0, called negative. */
  readonly trueNegatives: number;
  /** Label 1, called negative. */
  readonly falseNegatives: number;
  /** Pairs left out because their label is NaN. */
  readonly numMissing: number;
}

/**
 * Counts of the decisions `score ≥ threshold`, or `score > threshold` where it is not inclusive.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are left out and counted. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @param threshold - Any number but NaN; ±Infinity calls none or all positive.
 * @param options - What equality means.
 * @returns The four counts and the number of pairs left out.
 * @throws RangeError if the lengths differ, a label is something else, a score is not finite, or the threshold is NaN.
 * @see Fawcett (2006), An introduction to ROC analysis, figure 1.
 * @example
 * {@includeCode ../example/metrics.example.ts#confusionMatrix}
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold: number,
  { inclusive = true }: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  requireSameLength("confusionMatrix", labels, scores);
  if (Number.isNaN(threshold)) throw new RangeError("confusionMatrix: threshold must be a number, got NaN");
  const counts = [0, 0, 0, 0];
  let numMissing = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = requirePair("confusionMatrix", labels, scores, i);
    const score = scores[i] as number;
    const isCalled = score > threshold || (inclusive && score === threshold);
    if (Number.isNaN(label)) numMissing++;
    else counts[2 * label + (isCalled ? 1 : 0)]!++;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts as [
    number,
    number,
    number,
    number,
  ];
  return { truePositives, falsePositives, trueNegatives, falseNegatives, numMissing };
}
