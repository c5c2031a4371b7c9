import { requireFraction, requireOneOf } from "./_check.js";
import { countsAbove } from "./_countsAbove.js";

/** Options of {@link partialRocAuc}. */
export interface PartialRocAucOptions {
  /** Which rate the range bounds: `"specificity"` integrates sensitivity over it, `"sensitivity"` the reverse. */
  readonly focus: "specificity" | "sensitivity";
  /** Bounds of that rate, fractions with 0 ≤ low < high ≤ 1. */
  readonly range: readonly [low: number, high: number];
  /** Maps the area so that chance is 0.5 and perfection 1. @defaultValue `false` */
  readonly standardised?: boolean;
}

/**
 * Area under the part of the ROC curve whose specificity or sensitivity lies in a range, by the trapezoidal rule,
 * interpolated at the ends.
 *
 * Over [0, 1] it is {@link rocAuc}. scikit-learn's `max_fpr` is the focus on specificity with the range
 * `[1 - max_fpr, 1]`, standardised.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @param options - The part, and whether to standardise.
 * @returns Area in [0, high − low]; standardised at most 1, and below 0.5 where the curve lies below the diagonal. NaN
 *   if only one class is there.
 * @throws RangeError if the range is none, the lengths differ, a label is something else, or a score is not finite.
 * @throws TypeError if the focus is another word.
 * @see McClish (1989), Analyzing a portion of the ROC curve, Medical Decision Making 9:190–195; pROC's
 *   `auc(partial.auc.focus, partial.auc.correct)` for the two foci. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#partialRocAuc}
 */
export function partialRocAuc(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { focus, range: [low, high], standardised = false }: PartialRocAucOptions,
): number {
  requireOneOf("partialRocAuc", "focus", focus, ["specificity", "sensitivity"]);
  requireFraction("partialRocAuc", "low end of the range", low);
  requireFraction("partialRocAuc", "high end of the range", high);
  if (low >= high) {
    throw new RangeError(`partialRocAuc: range must end above its start ${low}, got ${high}`);
  }
  const counts = countsAbove("partialRocAuc", labels, scores);
  const { numPositives, numNegatives } = counts;
  if (numPositives === 0 || numNegatives === 0) return Number.NaN;
  const fpr = counts.falsePositives.map((count) => count / numNegatives);
  const tpr = counts.truePositives.map((count) => count / numPositives);
  const specificity = counts.falsePositives.map((count) => (numNegatives - count) / numNegatives);
  const integral =
    focus === "specificity"
      ? areaBetween(fpr, tpr, 1 - high, 1 - low)
      : areaBetween(tpr, specificity, low, high);
  const width = high - low;
  const area = Math.min(integral, width); // A sum of perfect pieces may exceed the whole by rounding.
  if (!standardised) return area;
  const chance = (width * (1 - low + (1 - high))) / 2;
  return (1 + (area - chance) / (width - chance)) / 2;
}

/** Area under the line through points of ascending x, from one x to another. */
function areaBetween(x: readonly number[], y: readonly number[], from: number, to: number): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    const [x0, x1, y0, y1] = [x[i - 1], x[i], y[i - 1], y[i]] as [number, number, number, number];
    const start = Math.max(x0, from);
    const end = Math.min(x1, to);
    if (start >= end) continue;
    const slope = (y1 - y0) / (x1 - x0);
    area += (end - start) * (y0 + slope * ((start + end) / 2 - x0));
  }
  return area;
}
