import { normalCdf } from "./_normal.js";
import { pValue } from "./_pValue.js";
import { requireOneOf, requirePairs, requireRule } from "./_requireRule.js";
import { ALTERNATIVES, type Alternative } from "./Alternative.js";

/** Options of {@link wilcoxonSignedRank}. */
export interface WilcoxonSignedRankOptions {
  /** What is held against differences symmetric about 0. @defaultValue `"two-sided"` */
  readonly alternative?: Alternative;
  /**
   * `exact` goes through all signs of the ranks at hand, ties included; `normal` approximates; `auto` is exact up to 50
   * pairs of different values. @defaultValue `"auto"`
   */
  readonly method?: "auto" | "exact" | "normal";
  /**
   * What becomes of pairs of equal values: `wilcox` drops them before ranking, `pratt` ranks them and drops their ranks.
   * @defaultValue `"wilcox"`
   */
  readonly zeros?: "wilcox" | "pratt";
  /** Whether `normal` moves the statistic by 1/2 towards its mean. @defaultValue `false` */
  readonly continuityCorrection?: boolean;
}

/** What {@link wilcoxonSignedRank} gives back. */
export interface WilcoxonSignedRankResult {
  /** Sum of the ranks of the positive differences; R's V. */
  readonly statistic: number;
  /** P value of differences symmetric about 0. */
  readonly pValue: number;
  /** How the p value was computed. */
  readonly method: "exact" | "normal";
  /** Pairs of different values: those the test rests on. */
  readonly numDifferent: number;
  /** Pairs of equal values. */
  readonly numZeros: number;
}

/** Up to as many pairs `auto` is exact. */
const EXACT_UP_TO = 50;
/** 2^-n is no number beyond. */
const MOST_EXACT = 1000;

/**
 * Wilcoxon's signed-rank test: whether the differences a − b are symmetric about 0.
 *
 * Equal magnitudes share the mean of their ranks. They are compared as they are: differences that should be equal but
 * for rounding (0.3 − 0.2 and 0.2 − 0.1) must be rounded beforehand. The p values are those of SciPy's `wilcoxon`,
 * except that `auto` stays exact with ties or zeros and more than 13 pairs, where SciPy approximates. If all pairs are
 * equal, the p value is 1 by `exact` and NaN by `normal`.
 *
 * @param a - First values, finite; at least one. `[N]`
 * @param b - Second values, of the same cases in the same order, finite. `[N]`
 * @param options - Alternative, method, zeros, correction.
 * @returns Statistic, p value and what they rest on.
 * @throws RangeError if lengths differ, there is no pair, a value is not finite, with its index, or `exact` is asked for
 * with more than 1000 pairs of different values.
 * @throws TypeError if the alternative, the method or the handling of zeros is none of those named.
 * @see Wilcoxon (1945), Biometrics Bulletin 1; Pratt (1959), JASA 54; Hollander, Wolfe & Chicken (2014), Nonparametric
 * Statistical Methods, section 3.1, eqs. 3.3–3.13; Cureton (1967), JASA 62, for `pratt` with `normal`.
 * @example
 * {@includeCode ../example/tests.example.ts#wilcoxonSignedRank}
 */
export function wilcoxonSignedRank(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: WilcoxonSignedRankOptions = {},
): WilcoxonSignedRankResult {
  const {
    alternative = "two-sided",
    method = "auto",
    zeros = "wilcox",
    continuityCorrection = false,
  } = options;
  const name = "wilcoxonSignedRank";
  requirePairs(name, a, b, 1);
  requireOneOf(name, "alternative", alternative, ALTERNATIVES);
  requireOneOf(name, "method", method, ["auto", "exact", "normal"]);
  requireOneOf(name, "zeros", zeros, ["wilcox", "pratt"]);
  const differences = Float64Array.from(a, (value, i) => value - b[i]!).filter((value) => value !== 0);
  const numDifferent = differences.length;
  const numZeros = a.length - numDifferent;
  const isExact = method === "exact" || (method === "auto" && numDifferent <= EXACT_UP_TO);
  requireRule(
    name,
    method !== "exact" || numDifferent <= MOST_EXACT,
    `pairs must be at most ${MOST_EXACT} for method exact`,
    numDifferent,
  );
  differences.sort((x, y) => Math.abs(x) - Math.abs(y));
  const ranks = doubledRanks(differences, zeros === "pratt" ? numZeros : 0);
  const sum = ranks.reduce((total, rank, i) => total + (differences[i]! > 0 ? rank : 0), 0);
  const [lower, upper] = isExact
    ? exactTails(ranks, sum)
    : normalTails(ranks, sum, alternative, continuityCorrection);
  return {
    statistic: sum / 2,
    pValue: pValue(alternative, lower, upper),
    method: isExact ? "exact" : "normal",
    numDifferent,
    numZeros,
  };
}

type Tails = readonly [lower: number, upper: number];

/** Twice the mid-ranks of ascending magnitudes, which makes them integers, counted from `offset` on. */
function doubledRanks(ascending: Float64Array, offset: number): Float64Array {
  const ranks = new Float64Array(ascending.length);
  for (let start = 0; start < ranks.length; ) {
    let end = start + 1;
    while (end < ranks.length && Math.abs(ascending[end]!) === Math.abs(ascending[start]!)) end++;
    ranks.fill(2 * offset + start + end + 1, start, end);
    start = end;
  }
  return ranks;
}

/** By the distribution of the sum when each rank is counted or not with chance 1/2, up to the smaller tail. */
function exactTails(ranks: Float64Array, sum: number): Tails {
  const total = ranks.reduce((all, rank) => all + rank, 0);
  const end = Math.min(sum, total - sum);
  const chance = new Float64Array(end + 1);
  chance[0] = 1;
  for (const rank of ranks) {
    for (let s = end; s >= 0; s--) chance[s] = (chance[s]! + (s >= rank ? chance[s - rank]! : 0)) / 2;
  }
  const smaller = chance.reduce((all, value) => all + value, 0);
  const larger = 1 - smaller + chance[end]!;
  return sum === end ? [smaller, larger] : [larger, smaller];
}

/** The variance of a sum of ranks with chance 1/2 each is a quarter of their squares, however they are tied. */
function normalTails(
  ranks: Float64Array,
  sum: number,
  alternative: Alternative,
  isCorrected: boolean,
): Tails {
  const total = ranks.reduce((all, rank) => all + rank, 0);
  const squares = ranks.reduce((all, rank) => all + rank * rank, 0);
  const excess = sum - total / 2;
  const towards = { less: -1, greater: 1, "two-sided": Math.sign(excess) }[alternative];
  const z = (excess - (isCorrected ? towards : 0)) / Math.sqrt(squares / 4);
  return [normalCdf(z), normalCdf(-z)];
}
