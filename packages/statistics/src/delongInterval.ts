import { normalQuantile } from "./_normal.js";
import { classRows, delongVariance, placements } from "./_placements.js";
import { requireCoverage, requireRule } from "./_requireRule.js";

/** Options of {@link delongInterval}. */
export interface DelongIntervalOptions {
  /** Nominal coverage, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
}

/** What {@link delongInterval} returns. */
export interface DelongInterval {
  /** Area under the ROC curve; NaN where a class is empty. */
  readonly auc: number;
  /** DeLong's variance of it; NaN where a class has fewer than two images. */
  readonly variance: number;
  /** Lower end, not below 0. */
  readonly lower: number;
  /** Upper end, not above 1. */
  readonly upper: number;
  /** Labels that are 1. */
  readonly numPositives: number;
  /** Labels that are 0. */
  readonly numNegatives: number;
  /** Pairs left out because their label is NaN. */
  readonly numMissing: number;
}

/**
 * Area under the ROC curve with the interval of its normal approximation, cut off at 0 and 1.
 *
 * With a perfect separation the variance is 0 and the interval a point: true to the formula, and too short. Use the
 * bootstrap's or an exact bound there. Rows count as independent; for several images of a patient use `compareModels`.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are left out and counted. `[N]`
 * @param scores - Higher means more likely present; finite. Equal scores count as ties, near ones do not. `[N]`
 * @param options - Coverage.
 * @returns Area, variance, interval and counts.
 * @throws RangeError if the lengths differ, a label is something else, a score is not finite, or the coverage is out of
 * range.
 * @see DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845; Sun & Xu (2014), IEEE Signal Processing Letters 21,
 * 1389–1393, for the work in O(N log N).
 * @example
 * {@includeCode ../example/delong.example.ts#interval}
 */
export function delongInterval(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { coverage = 0.95 }: DelongIntervalOptions = {},
): DelongInterval {
  const name = "delongInterval";
  requireCoverage(name, coverage);
  requireRule(
    name,
    scores.length === labels.length,
    `scores must be as many as labels, ${labels.length}`,
    scores.length,
  );
  const rows = classRows(name, labels);
  const { auc, ofPositives, ofNegatives } = placements(name, rows, scores);
  const variance = delongVariance(ofPositives, ofNegatives);
  const reach = normalQuantile((1 + coverage) / 2) * Math.sqrt(variance);
  return {
    auc,
    variance,
    lower: Math.max(0, auc - reach),
    upper: Math.min(1, auc + reach),
    numPositives: rows.positives.length,
    numNegatives: rows.negatives.length,
    numMissing: rows.numMissing,
  };
}
