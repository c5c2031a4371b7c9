import { binScores } from "./_binScores.js";
import { requireOneOf } from "./_check.js";
import type { CalibrationCurveOptions } from "./calibrationCurve.js";

/** Options of {@link expectedCalibrationError}: the bins of {@link calibrationCurve}, and the norm. */
export interface ExpectedCalibrationErrorOptions extends CalibrationCurveOptions {
  /**
   * Mean difference, root mean squared difference, or greatest difference; the means weigh a bin by its images.
   * @defaultValue `"l1"`
   */
  readonly norm?: "l1" | "l2" | "max";
}

/**
 * Expected calibration error: how far mean score and share of positives are apart, over the bins of
 * {@link calibrationCurve}. It depends on the bins: report them with it.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Probabilities of presence, in [0, 1]. `[N]`
 * @param options - Bins and norm.
 * @returns Error in [0, 1]; one class is enough; NaN without a known label.
 * @throws RangeError if `bins` is no integer ≥ 1, the lengths differ, a label is something else, or a score lies outside
 *   [0, 1], with its index.
 * @throws TypeError if strategy or norm is another word.
 * @see Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning: ECE for
 *   `"l1"`, MCE for `"max"`; Kumar, Liang & Ma (2019), Verified uncertainty calibration, section 2 for `"l2"`.
 * @example
 * {@includeCode ../example/metrics.example.ts#expectedCalibrationError}
 */
export function expectedCalibrationError(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { norm = "l1", ...options }: ExpectedCalibrationErrorOptions = {},
): number {
  requireOneOf("expectedCalibrationError", "norm", norm, ["l1", "l2", "max"]);
  const { predicted, observed, counts } = binScores("expectedCalibrationError", labels, scores, options);
  const differences = predicted.map((score, i) => Math.abs(score - (observed[i] as number)));
  if (differences.length === 0) return Number.NaN;
  if (norm === "max") return differences.reduce((greatest, difference) => Math.max(greatest, difference));
  const power = norm === "l1" ? 1 : 2;
  let sum = 0;
  let count = 0;
  for (const [i, difference] of differences.entries()) {
    sum += difference ** power * (counts[i] as number);
    count += counts[i] as number;
  }
  return (sum / count) ** (1 / power);
}
