import { betaQuantile } from "./_betaQuantile.js";
import { normalQuantile } from "./_normal.js";
import { requireCoverage, requireOneOf, requireRule } from "./_requireRule.js";

/** How {@link binomialInterval} makes its interval. */
export type BinomialIntervalMethod = "wilson" | "clopper-pearson" | "jeffreys";

/** Options of {@link binomialInterval}. */
export interface BinomialIntervalOptions {
  /**
   * `wilson` inverts the score test and covers as stated on average; `clopper-pearson` inverts the exact test and covers
   * never less than stated; `jeffreys` is the equal-tailed posterior interval under the prior beta(½, ½).
   */
  readonly method: BinomialIntervalMethod;
  /** Nominal coverage, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
}

/** What {@link binomialInterval} gives back. */
export interface BinomialIntervalResult {
  /** Successes over trials. */
  readonly estimate: number;
  /** Lower end, in [0, 1]. */
  readonly lower: number;
  /** Upper end, in [0, 1]. */
  readonly upper: number;
}

/**
 * Confidence interval of a proportion, two-sided: a sensitivity, a specificity, an accuracy of independent cases.
 *
 * Without trials all three numbers are NaN. Without successes `lower` is 0, without failures `upper` is 1, by each
 * method: the Jeffreys interval is extended there as Brown, Cai and DasGupta advise.
 *
 * @param successes - An integer from 0 to `trials`.
 * @param trials - An integer ≥ 0.
 * @param options - Which interval, and its coverage.
 * @returns The proportion and the ends of its interval, fractions.
 * @throws RangeError if a count is no such integer or the coverage is not in (0, 1).
 * @throws TypeError if the method is none of the three.
 * @see Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16: eq. 4
 * (Wilson), sections 4.2.1 (Clopper & Pearson 1934) and 4.1.2 (modified Jeffreys).
 * @example
 * {@includeCode ../example/tests.example.ts#binomialInterval}
 */
export function binomialInterval(
  successes: number,
  trials: number,
  { method, coverage = 0.95 }: BinomialIntervalOptions,
): BinomialIntervalResult {
  const name = "binomialInterval";
  requireRule(name, Number.isSafeInteger(trials) && trials >= 0, "trials must be an integer ≥ 0", trials);
  requireRule(
    name,
    Number.isSafeInteger(successes) && successes >= 0 && successes <= trials,
    `successes must be an integer from 0 to ${trials}`,
    successes,
  );
  requireOneOf(name, "method", method, Object.keys(ENDS));
  requireCoverage(name, coverage);
  if (trials === 0) return { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  const [lower, upper] = ENDS[method](successes, trials - successes, (1 - coverage) / 2);
  return {
    estimate: successes / trials,
    lower: successes === 0 ? 0 : lower,
    upper: successes === trials ? 1 : upper,
  };
}

type Ends = (successes: number, failures: number, tail: number) => readonly [lower: number, upper: number];

/** Each need not be right where there are no successes (lower end) or no failures (upper end). */
const ENDS: Readonly<Record<BinomialIntervalMethod, Ends>> = {
  wilson: (successes, failures, tail) => {
    const trials = successes + failures;
    const z = normalQuantile(tail);
    const larger = successes + (z * z) / 2 - z * Math.sqrt((successes / trials) * failures + (z * z) / 4);
    return [(successes / trials) * (successes / larger), larger / (trials + z * z)];
  },
  "clopper-pearson": (successes, failures, tail) => [
    successes === 0 ? 0 : betaQuantile(successes, failures + 1, tail, 1 - tail).x,
    failures === 0 ? 1 : betaQuantile(successes + 1, failures, 1 - tail, tail).x,
  ],
  jeffreys: (successes, failures, tail) => [
    betaQuantile(successes + 0.5, failures + 0.5, tail, 1 - tail).x,
    betaQuantile(successes + 0.5, failures + 0.5, 1 - tail, tail).x,
  ],
};
