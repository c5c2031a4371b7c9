import { normalCdf, normalQuantile } from "./_normal.js";
import { classRows, delongVariance, placements } from "./_placements.js";
import { requireCoverage, requireOneOf, requireRule } from "./_requireRule.js";
import { ALTERNATIVES, type Alternative } from "./Alternative.js";

/** Options of {@link delongTest} and {@link delongTestUnpaired}. */
export interface DelongTestOptions {
  /** Nominal coverage of the interval, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
  /** What is held against equal areas: that A's is `greater` or `less` than B's, or either. @defaultValue `"two-sided"` */
  readonly alternative?: Alternative;
}

/** What {@link delongTest} returns. */
export interface DelongTest {
  /** Area of A. */
  readonly aucA: number;
  /** Area of B. */
  readonly aucB: number;
  /** A's area minus B's. */
  readonly difference: number;
  /** Standard error of the difference; NaN where a class has fewer than two images. */
  readonly standardError: number;
  /** Difference over its standard error: above 0 where A is better; 0 for equal areas without spread. */
  readonly z: number;
  /** P value of equal areas. */
  readonly pValue: number;
  /** Lower end of the two-sided interval of the difference. */
  readonly lower: number;
  /** Upper end of the two-sided interval of the difference. */
  readonly upper: number;
  /** Labels that are 1. */
  readonly numPositives: number;
  /** Labels that are 0. */
  readonly numNegatives: number;
  /** Rows left out because their label is NaN. */
  readonly numMissing: number;
}

/**
 * Tests whether two models have equal areas under the ROC curve on the same images.
 *
 * The variance is taken of the differences of the two models' placements, so that models which differ little lose no
 * digits. Two models that rank alike have difference 0, z 0 and p 1; where the difference has no spread but is not 0, z is
 * infinite and p 0 or 1. Rows count as independent; for several images of a patient use `compareModels`.
 *
 * @param labels - 1 present, 0 absent, NaN missing; rows with a missing label are left out and counted. `[N]`
 * @param scoresA - Scores of model A, finite. `[N]`
 * @param scoresB - Scores of model B, finite. `[N]`
 * @param options - Coverage and alternative.
 * @returns Areas, difference with its interval, z and p value; NaN where a class has fewer than two images.
 * @throws RangeError if the lengths differ, a label is something else, a score is not finite, or the coverage is out of
 * range; TypeError if the alternative is none of the three.
 * @see DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845, equation 5.
 * @example
 * {@includeCode ../example/delong.example.ts#test}
 */
export function delongTest(
  labels: ArrayLike<number>,
  scoresA: ArrayLike<number>,
  scoresB: ArrayLike<number>,
  { coverage = 0.95, alternative = "two-sided" }: DelongTestOptions = {},
): DelongTest {
  const name = "delongTest";
  requireCoverage(name, coverage);
  requireOneOf(name, "alternative", alternative, ALTERNATIVES);
  for (const [subject, { length }] of Object.entries({ scoresA, scoresB })) {
    requireRule(
      name,
      length === labels.length,
      `${subject} must be as many as labels, ${labels.length}`,
      length,
    );
  }
  const rows = classRows(name, labels);
  const a = placements(name, rows, scoresA);
  const b = placements(name, rows, scoresB);
  const variance = delongVariance(
    subtract(a.ofPositives, b.ofPositives),
    subtract(a.ofNegatives, b.ofNegatives),
  );
  const difference = a.auc - b.auc;
  const standardError = Math.sqrt(variance);
  const z = difference === 0 && variance === 0 ? 0 : difference / standardError;
  const reach = normalQuantile((1 + coverage) / 2) * standardError;
  return {
    aucA: a.auc,
    aucB: b.auc,
    difference,
    standardError,
    z,
    pValue: { "two-sided": 2 * normalCdf(-Math.abs(z)), greater: normalCdf(-z), less: normalCdf(z) }[
      alternative
    ],
    lower: difference - reach,
    upper: difference + reach,
    numPositives: rows.positives.length,
    numNegatives: rows.negatives.length,
    numMissing: rows.numMissing,
  };
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const differences = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) differences[i] = a[i]! - b[i]!;
  return differences;
}
