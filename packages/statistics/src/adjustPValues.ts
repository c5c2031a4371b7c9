import { requireOneOf } from "./_requireRule.js";

/** How {@link adjustPValues} corrects for many tests. */
export type AdjustmentMethod = "bonferroni" | "holm" | "hochberg" | "hommel" | "bh" | "by";

/**
 * P values adjusted for the number of tests: each can be held against the level as it is. `bonferroni`, `holm`,
 * `hochberg` and `hommel` bound the chance of any false rejection (the latter two under independence or positive
 * dependence), `bh` and `by` the expected share of false ones among the rejections (`bh` under the same, `by` always).
 *
 * @param pValues - Raw p values in [0, 1]; NaN is a test that could not be made. `[N]`
 * @param method - Which correction.
 * @returns Adjusted values in the order given, in [0, 1]; NaN stays NaN and is not counted as a test. `[N]`
 * @throws RangeError if a value is outside [0, 1].
 * @throws TypeError if the method is none of the six.
 * @see Holm (1979); Hochberg (1988); Hommel (1988); Benjamini & Hochberg (1995); Benjamini & Yekutieli (2001).
 * @example
 * {@includeCode ../example/statistics.example.ts#adjustPValues}
 */
export function adjustPValues(pValues: ArrayLike<number>, method: AdjustmentMethod): Float64Array {
  requireOneOf("adjustPValues", "method", method, ADJUSTMENT_METHODS);
  const given = Float64Array.from(pValues);
  given.forEach((p, i) => {
    if (p < 0 || p > 1)
      throw new RangeError(`adjustPValues: p values must lie in [0, 1], got ${p} at index ${i}`);
  });
  const order = [...given.keys()].filter((i) => !Number.isNaN(given[i]));
  order.sort((i, j) => given[i]! - given[j]!);
  const adjusted = ADJUSTMENTS[method](Float64Array.from(order, (i) => given[i]!));
  const result = new Float64Array(given.length).fill(Number.NaN);
  order.forEach((i, rank) => {
    result[i] = Math.min(1, adjusted[rank]!);
  });
  return result;
}

/** Of p values in ascending order; what exceeds 1 is cut off by the caller. */
const ADJUSTMENTS: Readonly<Record<AdjustmentMethod, (ascending: Float64Array) => Float64Array>> = {
  bonferroni: (p) => p.map((value) => value * p.length),
  holm: (p) => stepDown(p.map((value, rank) => value * (p.length - rank))),
  hochberg: (p) => stepUp(p.map((value, rank) => value * (p.length - rank))),
  hommel,
  bh: (p) => stepUp(p.map((value, rank) => (value * p.length) / (rank + 1))),
  by: (p) => {
    const harmonic = p.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
    return stepUp(p.map((value, rank) => (value * p.length * harmonic) / (rank + 1)));
  },
};

/** All of {@link AdjustmentMethod}. */
export const ADJUSTMENT_METHODS: readonly string[] = Object.keys(ADJUSTMENTS);

/** Never below an earlier value. */
function stepDown(values: Float64Array): Float64Array {
  for (let i = 1; i < values.length; i++) values[i] = Math.max(values[i]!, values[i - 1]!);
  return values;
}

/** Never above a later value. */
function stepUp(values: Float64Array): Float64Array {
  for (let i = values.length - 2; i >= 0; i--) values[i] = Math.min(values[i]!, values[i + 1]!);
  return values;
}

/** Wright (1992), Adjusted P-values for simultaneous inference, Biometrics 48, the algorithm of the appendix. O(N²) */
function hommel(p: Float64Array): Float64Array {
  const n = p.length;
  const adjusted = p.slice();
  for (let m = n; m > 1; m--) {
    const firstOfLast = n - m + 1;
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = firstOfLast; i < n; i++) smallest = Math.min(smallest, (m * p[i]!) / (m - n + i + 1));
    for (let i = firstOfLast; i < n; i++) adjusted[i] = Math.max(adjusted[i]!, smallest);
    for (let i = 0; i < firstOfLast; i++) adjusted[i] = Math.max(adjusted[i]!, Math.min(smallest, m * p[i]!));
  }
  return adjusted;
}
