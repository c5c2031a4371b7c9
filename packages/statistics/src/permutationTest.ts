import { mean } from "simple-statistics";
import { countAround } from "./_countAround.js";
import { pValue as pValueOf } from "./_pValue.js";
import { pairedRearrangements, pooledRearrangements } from "./_rearrangements.js";
import { requireOneOf, requirePairs, requireRule, requireSample } from "./_requireRule.js";
import { ALTERNATIVES, type Alternative } from "./Alternative.js";

/** Options of {@link permutationTest}. */
export interface PermutationTestOptions {
  /**
   * Whether a and b are measured on the same cases: then the two values of a case may swap, otherwise all values are
   * dealt out anew, to groups of the sizes given.
   */
  readonly paired: boolean;
  /** Uniform source on [0, 1). Pass a seeded one: a p value must be reproducible. */
  readonly random: () => number;
  /**
   * Number of random rearrangements, an integer ≥ 1; if there are no more than that, all are gone through.
   * @defaultValue `9999`
   */
  readonly permutations?: number;
  /**
   * What is compared: maps two groups of the sizes of a and b to a number, NaN where it has none; the arrays are its own.
   * @defaultValue mean of a − mean of b
   */
  readonly statistic?: (a: Float64Array, b: Float64Array) => number;
  /** Which statistics count as extreme: small, large, or the rarer side, doubled. @defaultValue `"two-sided"` */
  readonly alternative?: Alternative;
}

/** What {@link permutationTest} gives back. */
export interface PermutationTestResult {
  /** Of the groups at hand. */
  readonly statistic: number;
  /** P value of groups without meaning; never 0. */
  readonly pValue: number;
  /** Whether all rearrangements were gone through. */
  readonly isExact: boolean;
  /** Rearrangements the p value rests on: those whose statistic is a number. */
  readonly numPermutations: number;
}

/**
 * Permutation test: how rare the statistic would be if it did not matter to which group a value, or which of its two
 * values to which side of a pair, belongs.
 *
 * Where all rearrangements are gone through, the p value is the share of those at least as extreme, the one at hand
 * among them; otherwise (k + 1) / (B + 1) for k of B random ones. Statistics that differ by no more than 1e-12 of the
 * larger, or of the median magnitude, count as equal. A rearrangement without a statistic (NaN) is left out and counted
 * in neither; if the groups at hand have none, the p value is NaN.
 *
 * @param a - First group, finite; at least one value. `[N]`
 * @param b - Second group, finite; at least one value, paired as many as in a. `[M]`
 * @param options - Design, source of randomness, statistic, alternative.
 * @returns Statistic, p value and how it was found.
 * @throws RangeError if a group is empty, a value is not finite, with its index, paired groups differ in length, or
 * `permutations` is out of range.
 * @throws TypeError if the alternative is none of the three, or `paired` is not told.
 * @see Phipson & Smyth (2010), Permutation p-values should never be zero, eq. 2; Ernst (2004), Permutation methods,
 * Statistical Science 19, sections 2 and 3.
 * @example
 * {@includeCode ../example/tests.example.ts#permutationTest}
 */
export function permutationTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: PermutationTestOptions,
): PermutationTestResult {
  const { paired, random, permutations = 9999, statistic = differenceOfMeans } = options;
  const { alternative = "two-sided" } = options;
  check(a, b, { ...options, permutations, alternative });
  const groups = [Float64Array.from(a), Float64Array.from(b)] as const;
  const rearrangements = paired ? pairedRearrangements(...groups) : pooledRearrangements(...groups);
  const isExact = rearrangements.count <= permutations;
  const values = new Float64Array(isExact ? rearrangements.count : permutations);
  const observed = statistic(groups[0].slice(), groups[1].slice());
  if (isExact) {
    let i = 0;
    for (const arrangement of rearrangements.all()) values[i++] = statistic(...arrangement);
  } else {
    for (let i = 0; i < permutations; i++) values[i] = statistic(...rearrangements.draw(random));
  }
  const kept = values.filter((value) => !Number.isNaN(value));
  return {
    statistic: observed,
    pValue: Number.isNaN(observed) ? Number.NaN : share(kept, observed, alternative, isExact ? 0 : 1),
    isExact,
    numPermutations: kept.length,
  };
}

function differenceOfMeans(a: Float64Array, b: Float64Array): number {
  return mean(Array.from(a)) - mean(Array.from(b));
}

/** Share of values at least as extreme as the observed one, which is counted in as often as told. */
function share(values: Float64Array, observed: number, alternative: Alternative, own: number): number {
  const { below, tied, above } =
    values.length > 0 ? countAround(values, observed) : { below: 0, tied: 0, above: 0 };
  const all = values.length + own;
  return pValueOf(alternative, (below + tied + own) / all, (above + tied + own) / all);
}

function check(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { paired, permutations, alternative }: Required<Omit<PermutationTestOptions, "random" | "statistic">>,
): void {
  const name = "permutationTest";
  requireOneOf(name, "paired", String(paired), ["true", "false"]);
  if (paired) requirePairs(name, a, b, 1);
  requireSample(name, "a", a, 1);
  requireSample(name, "b", b, 1);
  requireOneOf(name, "alternative", alternative, ALTERNATIVES);
  requireRule(
    name,
    Number.isInteger(permutations) && permutations >= 1,
    "permutations must be an integer ≥ 1",
    permutations,
  );
}
