import { requireCoverage, requireOneOf, requireRule } from "./_requireRule.js";
import { studentQuantile, studentTail } from "./_studentT.js";
import { ALTERNATIVES } from "./Alternative.js";
import { delongInterval } from "./delongInterval.js";
import type { DelongTestOptions } from "./delongTest.js";

/** Labels and scores of one sample. */
export interface ScoredSample {
  /** 1 present, 0 absent, NaN missing. `[N]` */
  readonly labels: ArrayLike<number>;
  /** Higher means more likely present; finite. `[N]` */
  readonly scores: ArrayLike<number>;
}

/** What {@link delongTestUnpaired} returns. */
export interface DelongTestUnpaired {
  /** Area in sample A. */
  readonly aucA: number;
  /** Area in sample B. */
  readonly aucB: number;
  /** A's area minus B's. */
  readonly difference: number;
  /** Standard error of the difference; NaN where a class has fewer than two images. */
  readonly standardError: number;
  /** Difference over its standard error. */
  readonly t: number;
  /** Degrees of freedom by Welch and Satterthwaite. */
  readonly degreesOfFreedom: number;
  /** P value of equal areas. */
  readonly pValue: number;
  /** Lower end of the two-sided interval of the difference. */
  readonly lower: number;
  /** Upper end of the two-sided interval of the difference. */
  readonly upper: number;
}

/**
 * Tests whether areas under the ROC curve are equal in two samples of different images, such as two hospitals.
 *
 * @param a - First sample.
 * @param b - Second sample; no image, and no patient, is in both.
 * @param options - Coverage and alternative.
 * @returns Areas, difference with its interval, and p value; equal areas without spread have t 0 and p 1.
 * @throws RangeError if lengths differ, a label is none of 1, 0 and NaN, a score is not finite, or the coverage is out of
 * range; TypeError if the alternative is none of the three.
 * @see DeLong et al. (1988) for the variances; Welch (1947), Biometrika 34, 28–35, for the degrees of freedom, with as many
 * observations as images.
 * @example
 * {@includeCode ../example/delong.example.ts#unpaired}
 */
export function delongTestUnpaired(
  a: ScoredSample,
  b: ScoredSample,
  { coverage = 0.95, alternative = "two-sided" }: DelongTestOptions = {},
): DelongTestUnpaired {
  const name = "delongTestUnpaired";
  requireCoverage(name, coverage);
  requireOneOf(name, "alternative", alternative, ALTERNATIVES);
  const [first, second] = [a, b].map(({ labels, scores }, i) => {
    const subject = `scores of sample ${"AB"[i]}`;
    requireRule(
      name,
      scores.length === labels.length,
      `${subject} must be as many as its labels, ${labels.length}`,
      scores.length,
    );
    return delongInterval(labels, scores);
  }) as [ReturnType<typeof delongInterval>, ReturnType<typeof delongInterval>];
  const difference = first.auc - second.auc;
  const variance = first.variance + second.variance;
  const freedom = ({ variance: own, numPositives, numNegatives }: typeof first) =>
    own ** 2 / (numPositives + numNegatives - 1);
  const degreesOfFreedom = variance ** 2 / (freedom(first) + freedom(second));
  const standardError = Math.sqrt(variance);
  const result = { aucA: first.auc, aucB: second.auc, difference, standardError, degreesOfFreedom };
  if (variance === 0) {
    const t = difference === 0 ? 0 : difference * Number.POSITIVE_INFINITY;
    const isAgainst = { "two-sided": t !== 0, greater: t > 0, less: t < 0 }[alternative];
    const pValue = isAgainst ? 0 : 1;
    return { ...result, t, pValue, lower: difference, upper: difference };
  }
  const t = difference / standardError;
  const tail = (value: number) => studentTail(value, degreesOfFreedom);
  const reach = studentQuantile((1 - coverage) / 2, degreesOfFreedom) * standardError;
  return {
    ...result,
    t,
    pValue: { "two-sided": 2 * tail(Math.abs(t)), greater: tail(t), less: tail(-t) }[alternative],
    lower: difference - reach,
    upper: difference + reach,
  };
}
