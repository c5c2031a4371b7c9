import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BinomialIntervalMethod, binomialInterval } from "./binomialInterval.js";

const methods = ["wilson", "clopper-pearson", "jeffreys"] as const;
const { rows, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/binomialInterval.json", import.meta.url), "utf8"),
) as { rtol: number; rows: [BinomialIntervalMethod, number, number, number, number, number][] };

test.each(methods)("binomialInterval by %s agrees with SciPy and statsmodels", (wanted) => {
  const given = rows.filter(([method]) => method === wanted);
  expect(given.length).toBeGreaterThan(30);
  for (const [method, successes, trials, coverage, ...expected] of given) {
    const { estimate, lower, upper } = binomialInterval(successes, trials, { method, coverage });
    expect(estimate).toBe(successes / trials);
    expect([lower, upper], `${successes} of ${trials}, ${coverage}`).toBeAllclose(expected, { rtol });
  }
});

test("binomialInterval of 7 of 20 agrees with binom.test and prop.test of R 4.2.2", () => {
  const exact = binomialInterval(7, 20, { method: "clopper-pearson" });
  expect([exact.lower, exact.upper]).toBeAllclose([0.15390920478454115, 0.59218853453282816], {
    rtol: 1e-13,
  });
  const wilson = binomialInterval(7, 20, { method: "wilson" });
  expect([wilson.lower, wilson.upper]).toBeAllclose([0.18119182410108206, 0.56714572331476365], {
    rtol: 1e-13,
  });
});

const counts = fc.nat(3000).chain((trials) => fc.tuple(fc.nat(trials), fc.constant(trials)));

test("the interval lies in [0, 1], holds the estimate, widens with the coverage and mirrors successes and failures", () => {
  fc.assert(
    fc.property(counts, fc.constantFrom(...methods), ([successes, trials], method) => {
      fc.pre(trials > 0);
      const { estimate, lower, upper } = binomialInterval(successes, trials, { method });
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(lower).toBeLessThanOrEqual(estimate);
      expect(upper).toBeGreaterThanOrEqual(estimate);
      expect(upper).toBeLessThanOrEqual(1);
      const wider = binomialInterval(successes, trials, { method, coverage: 0.99 });
      expect(wider.lower).toBeLessThanOrEqual(lower);
      expect(wider.upper).toBeGreaterThanOrEqual(upper);
      const mirrored = binomialInterval(trials - successes, trials, { method });
      expect([1 - mirrored.upper, 1 - mirrored.lower]).toBeAllclose([lower, upper], { atol: 1e-13, rtol: 0 });
    }),
  );
});

/** Chance that the interval holds the truth, summed over all outcomes. */
function coverageAt(truth: number, trials: number, method: BinomialIntervalMethod): number {
  let mass = (1 - truth) ** trials;
  let covered = 0;
  for (let successes = 0; successes <= trials; successes++) {
    const { lower, upper } = binomialInterval(successes, trials, { method });
    if (lower <= truth && truth <= upper) covered += mass;
    mass *= ((trials - successes) / (successes + 1)) * (truth / (1 - truth));
  }
  return covered;
}

test("the exact interval never covers less than stated, the others do so on average", () => {
  const truths = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const coverages = (method: BinomialIntervalMethod) => truths.map((truth) => coverageAt(truth, 30, method));
  expect(Math.min(...coverages("clopper-pearson"))).toBeGreaterThanOrEqual(0.95);
  for (const method of ["wilson", "jeffreys"] as const) {
    const average = coverages(method).reduce((sum, value) => sum + value, 0) / truths.length;
    expect(average, method).toBeGreaterThan(0.94);
    expect(average, method).toBeLessThan(0.96);
  }
});

test("without trials everything is NaN; without successes the interval begins at 0, without failures it ends at 1", () => {
  for (const method of methods) {
    const none = { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    expect(binomialInterval(0, 0, { method })).toEqual(none);
    expect(binomialInterval(0, 9, { method }).lower).toBe(0);
    expect(binomialInterval(9, 9, { method }).upper).toBe(1);
  }
});

test.each([
  [-1, 5, {}, "successes must be an integer from 0 to 5, got -1"],
  [6, 5, {}, "successes must be an integer from 0 to 5, got 6"],
  [Number.NaN, 5, {}, "successes must be an integer from 0 to 5, got NaN"],
  [1, 2.5, {}, "trials must be an integer ≥ 0, got 2.5"],
  [1, 2, { coverage: 1 }, "coverage must lie in (0, 1), got 1"],
  [1, 2, { coverage: Number.NaN }, "coverage must lie in (0, 1), got NaN"],
])("binomialInterval refuses %s of %s with %o", (successes, trials, options, message) => {
  expect(() => binomialInterval(successes, trials, { method: "wilson", ...options })).toThrow(
    new RangeError(`binomialInterval: ${message}`),
  );
});

test("binomialInterval refuses a method it does not know", () => {
  expect(() => binomialInterval(1, 2, { method: "wald" as "wilson" })).toThrow(
    new TypeError("binomialInterval: method must be one of wilson, clopper-pearson, jeffreys, got wald"),
  );
});
