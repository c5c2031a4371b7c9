import { mean, quantileSorted } from "simple-statistics";
import { countAround } from "./_countAround.js";
import { normalCdf, normalQuantile } from "./_normal.js";

/**
 * The levels of the percentile interval, bias-corrected and accelerated; NaN where they are not defined.
 *
 * @param sorted - Replicates in ascending order.
 * @param estimate - The statistic of the cases as they are.
 * @param leftOut - The statistic without each of the cases, those that are NaN left out: one list, or one for each of the
 * strata in which the cases are drawn.
 * @param tail - Level of the lower end, as it would be without correction.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, eqs. 14.9–14.15; Davison & Hinkley (1997), Bootstrap
 * Methods and their Application, eq. 5.28 for the acceleration of several samples.
 */
export function bcaLevels(
  sorted: number[],
  estimate: number,
  leftOut: readonly number[][],
  tail: number,
): [number, number] {
  if (sorted.length === 0 || Number.isNaN(estimate)) return [Number.NaN, Number.NaN];
  const { below, tied } = countAround(Float64Array.from(sorted), estimate);
  const bias = normalQuantile((below + tied / 2) / sorted.length);
  const acceleration = accelerationOf(leftOut);
  const level = (z: number) => {
    const moved = bias + z;
    const scale = 1 - acceleration * moved;
    return scale > 0 ? normalCdf(bias + moved / scale) : Number.NaN;
  };
  const z = normalQuantile(tail);
  return Number.isFinite(bias) ? [level(z), level(-z)] : [Number.NaN, Number.NaN];
}

/** A sixth of the skewness of the leave-one-out values, turned round; each stratum's about its own mean. */
function accelerationOf(leftOut: readonly number[][]): number {
  const strata = leftOut
    .filter(({ length }) => length > 0)
    .map((values) => ({ values, centre: mean(values) }));
  const influence = strata.flatMap(({ values, centre }) =>
    values.map((value) => ((values.length - 1) / values.length) * (centre - value)),
  );
  const largest = influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (strata.every(({ centre }) => largest <= 1e-14 * Math.abs(centre))) return 0;
  const sum = (power: number) => influence.reduce((total, value) => total + (value / largest) ** power, 0);
  return sum(3) / (6 * sum(2) ** 1.5);
}

/** Quantile of type 7, also between infinite values; NaN of nothing. */
export function quantile(sorted: number[], level: number): number {
  if (sorted.length === 0 || Number.isNaN(level)) return Number.NaN;
  const before = sorted[Math.floor((sorted.length - 1) * level)]!;
  const after = sorted[Math.ceil((sorted.length - 1) * level)]!;
  return before === after || before === Number.NEGATIVE_INFINITY ? before : quantileSorted(sorted, level);
}
