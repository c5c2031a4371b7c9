import { binomialTail } from "./_binomialTail.js";
import { normalCdf } from "./_normal.js";
import { requireOneOf, requireRule } from "./_requireRule.js";

/** How {@link mcnemarTest} computes its p value. */
export type McnemarTestMethod = "exact" | "chi-squared" | "mid-p";

/** Options of {@link mcnemarTest}. */
export interface McnemarTestOptions {
  /**
   * `exact` never rejects more often than stated, and less often than that with few pairs; `mid-p` counts half of the
   * observed table's probability and stays close to the level; `chi-squared` is the approximation for many pairs.
   */
  readonly method: McnemarTestMethod;
  /** Whether `chi-squared` lessens |b − c| by 1, but not below 0. @defaultValue `true` */
  readonly continuityCorrection?: boolean;
}

/** What {@link mcnemarTest} gives back. */
export interface McnemarTestResult {
  /** The chi-squared value, or, by the other methods, the smaller count. */
  readonly statistic: number;
  /** Two-sided p value of equal chances of the two kinds of discordant pairs. */
  readonly pValue: number;
  /** b + c: the pairs the test rests on. */
  readonly numDiscordant: number;
}

/**
 * McNemar's test: whether two readers, models or thresholds, on the same cases, are equally often right.
 *
 * Cases in which both are right, or both wrong, say nothing and are not asked for. Without any discordant pair the p
 * value is 1 by `exact` and `mid-p`, and by `chi-squared` statistic and p value are NaN (0 / 0). A p value below 1e-308
 * comes out as 0.
 *
 * @param b - Number of cases that only the first got right, an integer ≥ 0.
 * @param c - Number of cases that only the second got right, an integer ≥ 0.
 * @param options - Which p value, and whether with continuity correction.
 * @returns Statistic, p value and the number of discordant pairs.
 * @throws RangeError if a count is no such integer.
 * @throws TypeError if the method is none of the three.
 * @see McNemar (1947), Psychometrika 12; Edwards (1948) for the correction; Fagerland, Lydersen & Laake (2013), BMC
 * Medical Research Methodology 13:91, for `exact` and `mid-p`.
 * @example
 * {@includeCode ../example/tests.example.ts#mcnemarTest}
 */
export function mcnemarTest(
  b: number,
  c: number,
  { method, continuityCorrection = true }: McnemarTestOptions,
): McnemarTestResult {
  const name = "mcnemarTest";
  requireRule(name, Number.isSafeInteger(b) && b >= 0, "b must be an integer ≥ 0", b);
  requireRule(name, Number.isSafeInteger(c) && c >= 0, "c must be an integer ≥ 0", c);
  requireOneOf(name, "method", method, ["exact", "chi-squared", "mid-p"]);
  const numDiscordant = b + c;
  if (method === "chi-squared") {
    const difference = Math.max(0, Math.abs(b - c) - (continuityCorrection ? 1 : 0));
    const z = difference / Math.sqrt(numDiscordant);
    return { statistic: z * z, pValue: 2 * normalCdf(-z), numDiscordant };
  }
  const statistic = Math.min(b, c);
  if (numDiscordant === 0) return { statistic, pValue: 1, numDiscordant };
  const { atMost, exactly } = binomialTail(statistic, numDiscordant);
  const exact = Math.min(1, 2 * atMost);
  const share = b === c ? 0.5 : 1;
  return { statistic, pValue: method === "exact" ? exact : exact - share * exactly, numDiscordant };
}
