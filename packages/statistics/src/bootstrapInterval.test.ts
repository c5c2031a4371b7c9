import { readFileSync } from "node:fs";
import { mean, median, sampleVariance } from "simple-statistics";
import { expect, test } from "vitest";
import { type BootstrapIntervalOptions, bootstrapInterval } from "./bootstrapInterval.js";
import { seededRandom } from "./seededRandom.js";

interface Case {
  readonly values: number[];
  readonly statistic: "mean" | "variance" | "median";
  readonly seed: number;
  readonly resamples: number;
  readonly coverage: number;
  readonly method: BootstrapIntervalOptions["method"];
  readonly expected: {
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
    readonly standardError: number;
  };
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/bootstrapInterval.json", import.meta.url), "utf8"),
) as { rtol: number; cases: Case[] };

const methods = ["percentile", "basic", "bca"] as const;
const STATISTICS = { mean, median, variance: sampleVariance };
const of = (values: readonly number[], statistic: (sample: number[]) => number) => (indices: Int32Array) =>
  statistic(Array.from(indices, (i) => values[i]!));

test.each(cases)(
  "bootstrapInterval by $method agrees with SciPy on the same resamples: $statistic of $values.length",
  ({ values, statistic, seed, resamples, coverage, method, expected }) => {
    const options = { random: seededRandom(seed), resamples, coverage, method };
    const { numReplicates, ...result } = bootstrapInterval(
      values.length,
      of(values, STATISTICS[statistic]),
      options,
    );
    expect(numReplicates).toBe(resamples);
    for (const key of ["estimate", "lower", "upper", "standardError"] as const) {
      expect([result[key]], key).toBeAllclose([expected[key]], { rtol });
    }
  },
);

const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

test("percentile and bca follow an increasing map of the statistic; basic follows a linear one", () => {
  const run = (method: (typeof methods)[number], map: (value: number) => number) =>
    bootstrapInterval(values.length, (indices) => map(of(values, mean)(indices)), {
      random: seededRandom(3),
      resamples: 401, // of which 0.1 and 0.9 are replicates, not between two
      coverage: 0.8,
      method,
    });
  const plain = run("percentile", (x) => x);
  const mapped = run("percentile", Math.exp);
  expect([mapped.lower, mapped.upper]).toBeAllclose([Math.exp(plain.lower), Math.exp(plain.upper)], {
    rtol: 1e-12,
  });
  for (const method of methods) {
    const one = run(method, (x) => x);
    const other = run(method, (x) => 5 - 2 * x);
    expect([other.lower, other.upper, other.standardError], method).toBeAllclose(
      [5 - 2 * one.upper, 5 - 2 * one.lower, 2 * one.standardError],
      { rtol: 1e-9 },
    );
  }
});

test("the estimate comes from all cases in order, resamples hold N cases, bca leaves each out once", () => {
  const calls: number[][] = [];
  const record = (indices: Int32Array) => {
    calls.push([...indices]);
    return indices[0]!;
  };
  bootstrapInterval(3, record, { random: seededRandom(1), resamples: 4, method: "bca" });
  expect(calls[0]).toEqual([0, 1, 2]);
  expect(calls.slice(1, 5).map((indices) => indices.length)).toEqual([3, 3, 3, 3]);
  expect(calls.slice(5)).toEqual([
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
});

test("a statistic may sort the indices it is given", () => {
  const options = { random: seededRandom(1), method: "bca" } as const;
  const sorted = bootstrapInterval(11, (indices) => of(values, mean)(indices.sort()), options);
  const plain = bootstrapInterval(11, of(values, mean), { ...options, random: seededRandom(1) });
  expect([sorted.lower, sorted.upper]).toBeAllclose([plain.lower, plain.upper], { rtol: 1e-9 });
});

test("replicates without a statistic are left out and counted", () => {
  const rate = (indices: Int32Array) => {
    const positives = indices.filter((i) => i < 2);
    return positives.length === 0 ? Number.NaN : positives.filter((i) => i === 0).length / positives.length;
  };
  for (const method of methods) {
    const { numReplicates, lower, upper } = bootstrapInterval(6, rate, { random: seededRandom(2), method });
    expect(numReplicates).toBeGreaterThan(850);
    expect(numReplicates).toBeLessThan(950); // 1000 · (1 − (4 / 6)^6) = 912
    expect([lower, upper], method).toEqual([0, 1]);
  }
});

test("where nothing varies the interval is the estimate, by every method", () => {
  for (const method of methods) {
    expect(bootstrapInterval(5, () => 0.3, { random: seededRandom(1), method })).toEqual({
      estimate: 0.3,
      lower: 0.3,
      upper: 0.3,
      standardError: 0,
      numReplicates: 1000,
    });
  }
});

test("bca is NaN where all replicates lie on one side of the estimate, as in SciPy", () => {
  const distinct = (indices: Int32Array) => new Set(indices).size;
  const options = { random: seededRandom(1), resamples: 200 };
  const { estimate, lower, upper, standardError } = bootstrapInterval(30, distinct, {
    ...options,
    method: "bca",
  });
  expect([estimate, lower, upper]).toEqual([30, Number.NaN, Number.NaN]);
  expect(standardError).toBeGreaterThan(0);
  expect(bootstrapInterval(30, distinct, { ...options, method: "percentile" }).upper).toBeLessThan(30);
});

test("without any replicate everything but the estimate is NaN, and one replicate has no standard error", () => {
  let calls = 0;
  const once = () => (calls++ === 0 ? 7 : Number.NaN);
  expect(bootstrapInterval(4, once, { random: seededRandom(1), method: "percentile" })).toEqual({
    estimate: 7,
    lower: Number.NaN,
    upper: Number.NaN,
    standardError: Number.NaN,
    numReplicates: 0,
  });
  const one = { random: seededRandom(1), method: "percentile", resamples: 1 } as const;
  expect(bootstrapInterval(4, () => 7, one)).toMatchObject({ lower: 7, upper: 7, standardError: Number.NaN });
});

test("infinite replicates are kept: an end is infinite, not NaN", () => {
  const odds = (indices: Int32Array) => {
    const hits = indices.filter((i) => i > 0).length;
    return hits / (indices.length - hits);
  };
  const { lower, upper, standardError } = bootstrapInterval(5, odds, {
    random: seededRandom(1),
    method: "percentile",
  });
  expect(lower).toBeGreaterThan(0);
  expect([upper, standardError]).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
});

test.each(methods)("the %s interval of a mean of 30 skew values covers near its stated 0.9", (method) => {
  const random = seededRandom(9);
  let covered = 0;
  for (let trial = 0; trial < 400; trial++) {
    const sample = Float64Array.from({ length: 30 }, () => -Math.log(1 - random()));
    const statistic = (indices: Int32Array) =>
      indices.reduce((sum, i) => sum + sample[i]!, 0) / indices.length;
    const { lower, upper } = bootstrapInterval(30, statistic, {
      random,
      resamples: 400,
      coverage: 0.9,
      method,
    });
    if (lower <= 1 && upper >= 1) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.83);
  expect(covered / 400).toBeLessThan(0.94);
});

test.each([
  [1, {}, "cases must be an integer ≥ 2, got 1"],
  [0, {}, "cases must be an integer ≥ 2, got 0"],
  [Number.NaN, {}, "cases must be an integer ≥ 2, got NaN"],
  [5, { resamples: 0 }, "resamples must be an integer ≥ 1, got 0"],
  [5, { coverage: 1 }, "coverage must lie in (0, 1), got 1"],
])("bootstrapInterval refuses %s cases with %o", (count, options, message) => {
  expect(() => bootstrapInterval(count, () => 0, { random: Math.random, method: "bca", ...options })).toThrow(
    new RangeError(`bootstrapInterval: ${message}`),
  );
});

test("bootstrapInterval refuses a method it does not know", () => {
  const options = { random: Math.random, method: "studentized" as "bca" };
  expect(() => bootstrapInterval(5, () => 0, options)).toThrow(
    new TypeError("bootstrapInterval: method must be one of percentile, basic, bca, got studentized"),
  );
});
