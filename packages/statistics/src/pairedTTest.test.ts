import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alternative } from "./Alternative.js";
import { type PairedTTestResult, pairedTTest } from "./pairedTTest.js";
import { seededRandom } from "./seededRandom.js";

interface Case {
  readonly a: number[];
  readonly b: number[];
  readonly alternative: Alternative;
  readonly coverage: number;
  readonly expected: Record<keyof PairedTTestResult, number | string>;
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/pairedTTest.json", import.meta.url), "utf8"),
) as { rtol: number; cases: Case[] };

test.each(cases)("pairedTTest agrees with SciPy: $a.length pairs, $alternative, $coverage", (given) => {
  const result = pairedTTest(given.a, given.b, given);
  const keys = Object.keys(given.expected) as (keyof PairedTTestResult)[];
  expect(Object.keys(result)).toEqual(keys);
  for (const key of keys) expect([result[key]], key).toBeAllclose([Number(given.expected[key])], { rtol });
});

test("pairedTTest agrees with t.test(a, b, paired = TRUE) of R 4.2.2", () => {
  const table =
    `-0.626 1.319 0.184 1.182 -0.836 0.475 1.595 -1.589 0.33 1.02 -0.82 0.344 0.487 0.244 0.738 -1.071
    0.576 -0.078 -0.305 0.818 1.512 1.759 0.39 0.297 -0.621 0.788 -2.215 0.346 1.125 -0.977 -0.045 -0.015
    -0.016 0.006 0.944 0.341 0.821 1.5 0.594 1.163`
      .split(/\s+/)
      .map(Number);
  const a = table.filter((_, i) => i % 2 === 0);
  const b = table.filter((_, i) => i % 2 === 1);
  const { t, pValue } = pairedTTest(a, b);
  expect([t, pValue]).toBeAllclose([-0.65192942455416025, 0.52225567084983315], { rtol: 1e-12 });
});

const pairs = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
  minLength: 2,
  maxLength: 30,
});

test("exchanging a and b turns the sign, and the one-sided p values add up to 1", () => {
  fc.assert(
    fc.property(pairs, (rows) => {
      const a = rows.map(([x]) => x);
      const b = rows.map(([, y]) => y);
      const forward = pairedTTest(a, b);
      fc.pre(forward.standardError > 0);
      const backward = pairedTTest(b, a);
      expect([backward.t, backward.pValue, backward.lower]).toBeAllclose(
        [-forward.t, forward.pValue, -forward.upper],
        { rtol: 1e-12, atol: 1e-12 },
      );
      const less = pairedTTest(a, b, { alternative: "less" }).pValue;
      const greater = pairedTTest(a, b, { alternative: "greater" }).pValue;
      expect([less + greater, 2 * Math.min(less, greater)]).toBeAllclose([1, forward.pValue], {
        rtol: 1e-12,
      });
      const scaled = pairedTTest(
        a.map((x) => 8 * x),
        b.map((y) => 8 * y),
      );
      expect([scaled.t, scaled.upper]).toBeAllclose([forward.t, 8 * forward.upper], {
        rtol: 1e-12,
        atol: 1e-12,
      });
    }),
  );
});

test("the interval excludes 0 exactly when the test rejects", () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom("two-sided", "less", "greater"), (rows, alternative) => {
      const a = rows.map(([x]) => x);
      const b = rows.map(([, y]) => y);
      const { lower, upper, pValue, standardError } = pairedTTest(a, b, { coverage: 0.9, alternative });
      fc.pre(standardError > 0 && Math.abs(pValue - 0.1) > 1e-9);
      expect(lower > 0 || upper < 0).toBe(pValue < 0.1);
    }),
  );
});

test("equal differences have an infinite t, also if they are equal but for rounding; differences of 0 have none", () => {
  const constant = pairedTTest([1, 2, 3], [0, 1, 2]);
  expect(constant).toEqual({
    meanDifference: 1,
    standardError: 0,
    t: Number.POSITIVE_INFINITY,
    degreesOfFreedom: 2,
    pValue: 0,
    lower: 1,
    upper: 1,
  });
  expect(pairedTTest([0.3, 0.5, 0.7], [0.1, 0.3, 0.5]).t).toBe(Number.POSITIVE_INFINITY);
  expect(pairedTTest([0, 1], [1, 2], { alternative: "greater" })).toMatchObject({
    t: Number.NEGATIVE_INFINITY,
    pValue: 1,
    lower: -1,
    upper: Number.POSITIVE_INFINITY,
  });
  expect(pairedTTest([0.1 + 0.2, 5], [0.3, 5])).toMatchObject({ t: Number.NaN, pValue: Number.NaN });
});

test("the test keeps its size and the interval its coverage under the null", () => {
  const random = seededRandom(3);
  const noise = () => random() + random() + random();
  let rejections = 0;
  let covered = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const b = Array.from({ length: 9 }, noise);
    const a = b.map((value) => 0.3 * value + 0.7 * noise());
    const { pValue, lower, upper } = pairedTTest(a, b);
    if (pValue <= 0.05) rejections++;
    if (lower <= 0 && upper >= 0) covered++;
  }
  expect(rejections / 2000).toBeGreaterThan(0.035);
  expect(rejections / 2000).toBeLessThan(0.065);
  expect(covered + rejections).toBe(2000);
});

test.each([
  [[], [], {}, "a must hold at least 2 values, got 0"],
  [[1], [2], {}, "a must hold at least 2 values, got 1"],
  [[1, 2], [1, 2, 3], {}, "b must be as long as a, 2, got 3"],
  [[1, Number.NaN], [1, 2], {}, "a must be finite, got NaN at index 1"],
  [[1, 2], [Number.POSITIVE_INFINITY, 2], {}, "b must be finite, got Infinity at index 0"],
  [[1, 2], [2, 1], { coverage: 0 }, "coverage must lie in (0, 1), got 0"],
])("pairedTTest refuses %o and %o with %o", (a, b, options, message) => {
  expect(() => pairedTTest(a, b, options)).toThrow(new RangeError(`pairedTTest: ${message}`));
});

test("pairedTTest refuses an alternative it does not know", () => {
  expect(() => pairedTTest([1, 2], [2, 4], { alternative: "both" as "less" })).toThrow(
    new TypeError("pairedTTest: alternative must be one of two-sided, less, greater, got both"),
  );
});
