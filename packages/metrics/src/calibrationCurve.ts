import { binScores } from "./_binScores.js";

/** Options of {@link calibrationCurve}. */
export interface CalibrationCurveOptions {
  /** Number of bins, an integer ≥ 1. @defaultValue `10` */
  readonly bins?: number;
  /** Bins of equal width, or as equal in number of images as ties allow. @defaultValue `"uniform"` */
  readonly strategy?: "uniform" | "quantile";
}

/** Bins with at least one image, by ascending score. */
export interface CalibrationCurve {
  /** Mean score of the images in each bin. */
  readonly predicted: Float64Array;
  /** Share of positives among them. */
  readonly observed: Float64Array;
  /** How many they are. */
  readonly counts: Float64Array;
  /** Pairs left out because their label is NaN. */
  readonly numMissing: number;
}

/**
 * Calibration curve, or reliability diagram: how often a finding is there among images given about the same probability.
 *
 * A bin contains its upper edge and not its lower one; the first contains 0 too.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are left out and counted. `[N]`
 * @param scores - Probabilities of presence, in [0, 1]. `[N]`
 * @param options - How many bins, and of which kind.
 * @returns One point for each bin that is not empty, `[at most bins]`; none without a known label.
 * @throws RangeError if `bins` is no integer ≥ 1, the lengths differ, a label is something else, or a score lies outside
 *   [0, 1], with its index.
 * @throws TypeError if the strategy is another word.
 * @see Niculescu-Mizil & Caruana (2005), Predicting good probabilities with supervised learning, figure 1; bins as in
 *   scikit-learn's `calibration_curve`. O(N log N).
 * @example
 * {@includeCode ../example/metrics.example.ts#calibrationCurve}
 */
export function calibrationCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: CalibrationCurveOptions = {},
): CalibrationCurve {
  return binScores("calibrationCurve", labels, scores, options);
}
