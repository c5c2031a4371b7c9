import { mean, sampleStandardDeviation } from "simple-statistics";
import { pValue } from "./_pValue.js";
import { requireCoverage, requireOneOf, requirePairs } from "./_requireRule.js";
import { studentQuantile, studentTail } from "./_studentT.js";
import { ALTERNATIVES, type Alternative } from "./Alternative.js";

/** Options of {@link pairedTTest}. */
export interface PairedTTestOptions {
  /** Nominal coverage of the interval, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
  /** What is held against a mean difference of 0; the interval is one-sided with it. @defaultValue `"two-sided"` */
  readonly alternative?: Alternative;
}

/** What {@link pairedTTest} gives back. */
export interface PairedTTestResult {
  /** Mean of a − b. */
  readonly meanDifference: number;
  /** Standard error of the mean difference. */
  readonly standardError: number;
  /** Mean difference over its standard error. */
  readonly t: number;
  /** Pairs less one. */
  readonly degreesOfFreedom: number;
  /** P value of a mean difference of 0. */
  readonly pValue: number;
  /** Lower end of the interval of the mean difference; −Infinity for the alternative `less`. */
  readonly lower: number;
  /** Upper end of the interval; Infinity for the alternative `greater`. */
  readonly upper: number;
}

/** Share of the largest value that differences may vary by through rounding alone. */
const ROUNDING = 4 * Number.EPSILON;

/**
 * Student's t test for pairs: whether the mean of a − b is 0, with an interval for it.
 *
 * If all differences are equal, to within rounding, their variance counts as 0: `standardError` is 0, the interval is
 * the mean difference alone (its infinite end kept), and t is infinite with its sign, hence `pValue` 0 or 1; if they are
 * all 0, t and `pValue` are NaN. A p value below 1e-308 comes out as 0.
 *
 * @param a - First values, finite; at least two. `[N]`
 * @param b - Second values, of the same cases in the same order, finite. `[N]`
 * @param options - Coverage and alternative.
 * @returns Mean difference, test and interval, in the unit of the values.
 * @throws RangeError if lengths differ, there are fewer than two pairs, a value is not finite, with its index, or the
 * coverage is not in (0, 1).
 * @throws TypeError if the alternative is none of the three.
 * @see Student (1908), Biometrika 6; Snedecor & Cochran (1989), Statistical Methods, section 6.3.
 * @example
 * {@includeCode ../example/tests.example.ts#pairedTTest}
 */
export function pairedTTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { coverage = 0.95, alternative = "two-sided" }: PairedTTestOptions = {},
): PairedTTestResult {
  requirePairs("pairedTTest", a, b, 2);
  requireCoverage("pairedTTest", coverage);
  requireOneOf("pairedTTest", "alternative", alternative, ALTERNATIVES);
  const differences = Array.from(a, (value, i) => value - b[i]!);
  const largest = Array.from(a, (value, i) => Math.max(Math.abs(value), Math.abs(b[i]!)));
  const noise = ROUNDING * largest.reduce((most, value) => Math.max(most, value));
  const meanDifference = mean(differences);
  const deviation = sampleStandardDeviation(differences);
  const standardError = deviation <= noise ? 0 : deviation / Math.sqrt(a.length);
  const t =
    standardError === 0 && Math.abs(meanDifference) <= noise ? Number.NaN : meanDifference / standardError;
  const degreesOfFreedom = a.length - 1;
  const tail = alternative === "two-sided" ? (1 - coverage) / 2 : 1 - coverage;
  const margin = studentQuantile(tail, degreesOfFreedom) * standardError;
  return {
    meanDifference,
    standardError,
    t,
    degreesOfFreedom,
    pValue: pValue(alternative, studentTail(-t, degreesOfFreedom), studentTail(t, degreesOfFreedom)),
    lower: alternative === "less" ? Number.NEGATIVE_INFINITY : meanDifference - margin,
    upper: alternative === "greater" ? Number.POSITIVE_INFINITY : meanDifference + margin,
  };
}
