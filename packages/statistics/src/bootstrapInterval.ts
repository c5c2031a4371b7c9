import { mean, quantileSorted, sampleStandardDeviation } from "simple-statistics";
import { countAround } from "./_countAround.js";
import { normalCdf, normalQuantile } from "./_normal.js";
import { requireCoverage, requireOneOf, requireRule } from "./_requireRule.js";

/** Options of {@link bootstrapInterval}. */
export interface BootstrapIntervalOptions {
  /** Uniform source on [0, 1). Pass a seeded one: an interval must be reproducible. */
  readonly random: () => number;
  /**
   * `percentile` takes quantiles of the replicates, `basic` mirrors them at the estimate, `bca` corrects them for bias and
   * for a spread that changes with the estimate, for N more calls of the statistic.
   */
  readonly method: "percentile" | "basic" | "bca";
  /** Number of resamples, an integer ≥ 1. @defaultValue `1000` */
  readonly resamples?: number;
  /** Nominal coverage, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
}

/** What {@link bootstrapInterval} gives back. */
export interface BootstrapIntervalResult {
  /** The statistic of the cases as they are. */
  readonly estimate: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
  /** Standard deviation of the replicates (n − 1); NaN for fewer than two. */
  readonly standardError: number;
  /** Replicates the numbers rest on: those whose statistic is a number. */
  readonly numReplicates: number;
}

/**
 * Bootstrap interval of any statistic, resampling whole cases (patients, not images); quantiles of type 7.
 *
 * A replicate without a statistic (NaN) is left out, and `numReplicates` says how many remain; if none does, everything
 * but the estimate is NaN. Infinite replicates are kept: ends may be infinite, and the standard error is NaN.
 *
 * For `bca` the bias correction counts ties with the estimate (to 1e-12) half, as SciPy does; leave-one-out values that
 * are not finite are left out of the acceleration, which is 0 where the others are all equal. So if nothing varies at
 * all, the interval is the estimate. If all replicates lie on one side of the estimate, or the estimate is NaN, the
 * correction is infinite and the ends are NaN: take `percentile` then, or a statistic not at the edge of its range.
 *
 * @param cases - Number of cases N, an integer ≥ 2.
 * @param statistic - Maps case indices, drawn with replacement, to a number, NaN where it has none; `[N]`, and for `bca`
 * also all but one, `[N − 1]`. The array is its own. Called first with all indices in order.
 * @param options - Source of randomness, method, number of resamples, coverage.
 * @returns Estimate, interval and standard error, in the unit of the statistic.
 * @throws RangeError if `cases`, `resamples` or `coverage` is out of range.
 * @throws TypeError if the method is none of the three.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13 (percentile) and eqs. 14.9–14.15 (BCa);
 * Davison & Hinkley (1997), Bootstrap Methods and their Application, eq. 5.6 (basic).
 * @example {@includeCode ../example/tests.example.ts#bootstrapInterval}
 */
export function bootstrapInterval(
  cases: number,
  statistic: (indices: Int32Array) => number,
  { random, method, resamples = 1000, coverage = 0.95 }: BootstrapIntervalOptions,
): BootstrapIntervalResult {
  check(cases, method, resamples, coverage);
  const estimate = statistic(Int32Array.from({ length: cases }, (_, i) => i));
  const replicates = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    const indices = new Int32Array(cases);
    for (let i = 0; i < cases; i++) indices[i] = Math.floor(random() * cases);
    replicates[r] = statistic(indices);
  }
  const sorted = Array.from(replicates.filter((value) => !Number.isNaN(value)).sort());
  const tail = (1 - coverage) / 2;
  const levels =
    method === "bca" ? adjustedLevels(sorted, estimate, jackknife(cases, statistic), tail) : [tail, 1 - tail];
  const [low, high] = levels.map((level) => quantile(sorted, level)) as [number, number];
  return {
    estimate,
    lower: method === "basic" ? 2 * estimate - high : low,
    upper: method === "basic" ? 2 * estimate - low : high,
    standardError: sorted.length > 1 ? sampleStandardDeviation(sorted) : Number.NaN,
    numReplicates: sorted.length,
  };
}

function check(cases: number, method: string, resamples: number, coverage: number): void {
  const name = "bootstrapInterval";
  requireRule(
    name,
    Number.isInteger(cases) && cases >= 2 && cases < 2 ** 31,
    "cases must be an integer ≥ 2",
    cases,
  );
  requireRule(
    name,
    Number.isInteger(resamples) && resamples >= 1,
    "resamples must be an integer ≥ 1",
    resamples,
  );
  requireCoverage(name, coverage);
  requireOneOf(name, "method", method, ["percentile", "basic", "bca"]);
}

/** The statistic without each of the cases in turn; those that are not finite are left out. */
function jackknife(cases: number, statistic: (indices: Int32Array) => number): number[] {
  const values = Array.from({ length: cases }, (_, out) =>
    statistic(Int32Array.from({ length: cases - 1 }, (_, i) => (i < out ? i : i + 1))),
  );
  return values.filter(Number.isFinite);
}

/** The levels of the percentile interval, bias-corrected and accelerated; NaN where they are not defined. */
function adjustedLevels(
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

/** Of type 7, also between infinite values. */
function quantile(sorted: number[], level: number): number {
  if (sorted.length === 0 || Number.isNaN(level)) return Number.NaN;
  const before = sorted[Math.floor((sorted.length - 1) * level)]!;
  const after = sorted[Math.ceil((sorted.length - 1) * level)]!;
  return before === after || before === Number.NEGATIVE_INFINITY ? before : quantileSorted(sorted, level);
}
