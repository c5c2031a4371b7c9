import { mean, quantileSorted } from "simple-statistics";
import { countAround } from "./_countAround.js";
import { normalCdf, normalQuantile } from "./_normal.js";

/**
 * The levels of the percentile interval, bias-corrected and accelerated; NaN where they are not defined.
 *
 * @param sorted - Replicates in ascending order.
 * @param estimate - The statistic of the cases as they are.
 * @param leftOut - The statistic without each of the cases; those that are NaN left out.
 * @param tail - Level of the lower end, as it would be without correction.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, eqs. 14.9–14.15.
 */
export function bcaLevels(
  sorted: number[],
  estimate: number,
  leftOut: number[],
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

/** Efron & Tibshirani (1993), eq. 14.15: a sixth of the skewness of the leave-one-out values, turned round. */
function accelerationOf(leftOut: number[]): number {
  if (leftOut.length === 0) return 0;
  const centre = mean(leftOut);
  const influence = leftOut.map((value) => centre - value);
  const largest = influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= 1e-14 * Math.abs(centre)) return 0;
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
