import { sampleStandardDeviation } from "simple-statistics";
import { bcaLevels, quantile } from "./_bcaLevels.js";
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
 * @example
 * {@includeCode ../example/tests.example.ts#bootstrapInterval}
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
    method === "bca" ? bcaLevels(sorted, estimate, [jackknife(cases, statistic)], tail) : [tail, 1 - tail];
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
