import { adjustPairs } from "./_adjustPairs.js";
import { requireOneOf, requireRule } from "./_requireRule.js";
import { ADJUSTMENT_METHODS, type AdjustmentMethod } from "./adjustPValues.js";
import type { Comparison, MeasureComparison } from "./Comparison.js";

/**
 * Corrects the p values of several comparisons, such as those of six datasets, as one family of tests: every finding of
 * every pair of every comparison. Macro means are a family of their own, over pairs and comparisons, and so are those of
 * each further measure.
 *
 * @param comparisons - Comparisons by name, such as the dataset's; they stay as they are.
 * @param method - Correction for the number of tests.
 * @returns The same comparisons with new `adjustedPValue`, and the correction under `method.adjustment`. P values that
 * are NaN stay so and do not count.
 * @throws RangeError if there is no comparison, or one is `as-published`, whose p values are one-sided and were not
 * corrected; TypeError if there is no such method.
 * @see {@link adjustPValues} for the methods and their sources.
 * @example
 * {@includeCode ../example/statistics.example.ts#adjustComparisons}
 */
export function adjustComparisons(
  comparisons: Readonly<Record<string, Comparison>>,
  method: AdjustmentMethod = "bh",
): Record<string, Comparison> {
  const where = "adjustComparisons";
  const names = Object.keys(comparisons);
  const given = Object.values(comparisons);
  requireRule(where, given.length > 0, "comparisons must be at least one", 0);
  requireOneOf(where, "method", method, ADJUSTMENT_METHODS);
  given.forEach(({ method: { protocol } }, i) => {
    requireRule(where, protocol === "corrected", `protocol of ${names[i]} must be corrected`, protocol);
  });
  const areas = adjustTogether(given, method);
  const measures = [...new Set(given.flatMap((comparison) => Object.keys(comparison.measures ?? {})))];
  const further = measures.map((measure) =>
    adjustTogether(
      given.map((comparison) => comparison.measures?.[measure]),
      method,
    ),
  );
  const entries = given.map((comparison, i) => {
    const ofMeasures = measures.flatMap((measure, j) => {
      const adjusted = further[j]?.[i];
      return adjusted === undefined ? [] : [[measure, adjusted] as const];
    });
    const adjusted: Comparison = {
      ...comparison,
      ...(areas[i] as MeasureComparison),
      ...(ofMeasures.length > 0 ? { measures: Object.fromEntries(ofMeasures) } : {}),
      method: { ...comparison.method, adjustment: method },
    };
    return [names[i] as string, adjusted] as const;
  });
  return Object.fromEntries(entries);
}

/** Each comparison with its pairs adjusted over those of all; a comparison that is not there stays so. */
function adjustTogether(
  comparisons: readonly (MeasureComparison | undefined)[],
  method: AdjustmentMethod,
): (MeasureComparison | undefined)[] {
  const adjusted = adjustPairs(
    comparisons.flatMap((comparison) => comparison?.pairs ?? []),
    method,
  );
  let next = 0;
  return comparisons.map((comparison) => {
    if (comparison === undefined) return undefined;
    const first = next;
    next += comparison.pairs.length;
    return { models: comparison.models, pairs: adjusted.slice(first, next) };
  });
}
