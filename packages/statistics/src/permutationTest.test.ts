import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alternative } from "./Alternative.js";
import { permutationTest } from "./permutationTest.js";
import { seededRandom } from "./seededRandom.js";

interface Case {
  readonly a: number[];
  readonly b: number[];
  readonly paired: boolean;
  readonly alternative: Alternative;
  readonly statistic: number;
  readonly pValue: number;
  readonly numPermutations: number;
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/permutationTest.json", import.meta.url), "utf8"),
) as { rtol: number; cases: Case[] };

const never = () => {
  throw new Error("the random source was asked");
};

test.each(cases)(
  "permutationTest through all rearrangements agrees with SciPy: $a.length and $b.length, paired $paired, $alternative",
  ({ a, b, paired, alternative, ...expected }) => {
    const result = permutationTest(a, b, { paired, alternative, random: never });
    expect(result).toMatchObject({ isExact: true, numPermutations: expected.numPermutations });
    expect([result.statistic, result.pValue]).toBeAllclose([expected.statistic, expected.pValue], { rtol });
  },
);

test.each(cases)(
  "random rearrangements come near the exact p value: $a.length and $b.length, paired $paired, $alternative",
  ({ a, b, paired, alternative, pValue }) => {
    const options = { paired, alternative, random: seededRandom(1), permutations: 35 };
    const runs = Array.from({ length: 200 }, () => permutationTest(a, b, options));
    expect(runs.every(({ isExact }) => !isExact)).toBe(true);
    const average = runs.reduce((sum, run) => sum + run.pValue, 0) / runs.length;
    // Its expectation is p + (1 − p) / 36, doubled for two sides, less where the rarer side changes with the draw.
    expect(average).toBeGreaterThan(pValue - 0.12);
    expect(average).toBeLessThan(pValue + 2 / 36 + 0.03);
  },
);

test("groups of unequal size keep their sizes in every rearrangement", () => {
  const sizes = new Set<string>();
  const statistic = (a: Float64Array, b: Float64Array) => {
    sizes.add(`${a.length} ${b.length}`);
    return [...a, ...b].sort((x, y) => x - y).join() === "1,2,3,4,5,6,7,8,9" ? a[0]! : Number.NaN;
  };
  const options = { paired: false, random: seededRandom(1), statistic };
  const all = permutationTest([1, 2], [3, 4, 5, 6, 7, 8, 9], options);
  const drawn = permutationTest([1, 2], [3, 4, 5, 6, 7, 8, 9], { ...options, permutations: 30 });
  expect([...sizes]).toEqual(["2 7"]);
  expect([all.numPermutations, drawn.numPermutations]).toEqual([36, 30]);
});

test("pairs keep together", () => {
  const statistic = (a: Float64Array, b: Float64Array) => {
    a.forEach((value, i) => {
      expect(Math.abs(value - b[i]!)).toBe(10);
    });
    return a[0]!;
  };
  for (const permutations of [7, 8]) {
    permutationTest([1, 2, 3], [11, 12, 13], {
      paired: true,
      random: seededRandom(2),
      statistic,
      permutations,
    });
  }
});

test("a statistic may sort what it is given", () => {
  const median = (a: Float64Array, b: Float64Array) => a.sort()[1]! - b.sort()[1]!;
  const { statistic, pValue } = permutationTest([9, 1, 8], [2, 3, 0], {
    paired: true,
    random: never,
    statistic: median,
  });
  expect([statistic, pValue]).toEqual([6, 0.5]);
});

test("statistics that differ by rounding count as equal, near 0 too", () => {
  const a = [0.1, 0.2, 0.3, 0.7];
  const b = [0.4, 0.5, 0.3, 0.1];
  const options = { paired: false, random: never } as const;
  const scaled = (factor: number) =>
    permutationTest(
      a.map((x) => Math.round(x * 10) * factor),
      b.map((x) => Math.round(x * 10) * factor),
      options,
    ).pValue;
  expect(permutationTest(a, b, options).pValue).toBe(scaled(1));
  expect(scaled(0.1)).toBe(scaled(1));
  const zero = permutationTest([0.1 + 0.2, 0.1], [0.3, 0.1], { ...options, alternative: "greater" });
  const exactZero = permutationTest([3, 1], [3, 1], { ...options, alternative: "greater" });
  expect(zero.pValue).toBe(exactZero.pValue);
});

test("values that are all tied have a p value of 1", () => {
  const options = { random: seededRandom(1), permutations: 9 };
  for (const paired of [true, false]) {
    const { statistic, pValue } = permutationTest([2, 2, 2, 2], [2, 2, 2, 2], { ...options, paired });
    expect([statistic, pValue]).toEqual([0, 1]);
  }
});

test("rearrangements without a statistic are left out; without one of its own the p value is NaN", () => {
  const unless2 = ([first]: Float64Array) => (first === 2 ? Number.NaN : first!);
  const options = { paired: false, random: never, statistic: unless2 };
  const some = permutationTest([0], [1, 2], { ...options, alternative: "less" });
  expect(some).toEqual({ statistic: 0, pValue: 0.5, isExact: true, numPermutations: 2 });
  expect(permutationTest([2], [0, 1], options).pValue).toBeNaN();
});

const groups = fc.tuple(
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 5 }),
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 5 }),
);

test("exchanging the groups exchanges the sides; shift and scale change nothing; never 0", () => {
  fc.assert(
    fc.property(groups, ([a, b]) => {
      const options = { paired: false, random: never };
      const both = permutationTest(a, b, options).pValue;
      const less = permutationTest(a, b, { ...options, alternative: "less" }).pValue;
      const greater = permutationTest(a, b, { ...options, alternative: "greater" }).pValue;
      expect(both).toBe(Math.min(1, 2 * Math.min(less, greater)));
      expect(both).toBeGreaterThan(0);
      expect(less + greater).toBeGreaterThanOrEqual(1 - 1e-12);
      expect(permutationTest(b, a, options).pValue).toBe(both);
      expect(permutationTest(b, a, { ...options, alternative: "less" }).pValue).toBe(greater);
      const moved = (values: number[]) => values.map((value) => 0.1 * value + 7.3);
      expect(permutationTest(moved(a), moved(b), options).pValue).toBe(both);
    }),
  );
});

test("random rearrangements of one seed are the same, and p is (k + 1) / (B + 1)", () => {
  const a = Array.from({ length: 20 }, (_, i) => i + 100);
  const b = Array.from({ length: 9 }, (_, i) => i);
  const run = () =>
    permutationTest(a, b, {
      paired: false,
      random: seededRandom(4),
      permutations: 99,
      alternative: "greater",
    });
  expect(run()).toEqual(run());
  expect(run()).toMatchObject({ pValue: 0.01, isExact: false, numPermutations: 99 });
});

test.each([
  ["groups of 4 and 16", false, 4, 16],
  ["9 pairs", true, 9, 9],
])("the test keeps its size under the null: %s", (_, paired, n, m) => {
  const random = seededRandom(12);
  let rejections = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const a = Array.from({ length: n }, () => random() ** 2);
    const b = Array.from({ length: m }, () => random() ** 2);
    if (permutationTest(a, b, { paired, random, permutations: 199 }).pValue <= 0.05) rejections++;
  }
  expect(rejections / 2000).toBeGreaterThan(0.035);
  expect(rejections / 2000).toBeLessThan(0.065);
});

test.each([
  [[], [1], {}, "a must hold at least 1 values, got 0"],
  [[1], [], {}, "b must hold at least 1 values, got 0"],
  [[1], [Number.NaN], {}, "b must be finite, got NaN at index 0"],
  [[1, 2], [1], { paired: true }, "b must be as long as a, 2, got 1"],
  [[1], [2], { permutations: 0 }, "permutations must be an integer ≥ 1, got 0"],
  [[1], [2], { permutations: 1.5 }, "permutations must be an integer ≥ 1, got 1.5"],
])("permutationTest refuses %o and %o with %o", (a, b, options, message) => {
  expect(() => permutationTest(a, b, { paired: false, random: never, ...options })).toThrow(
    new RangeError(`permutationTest: ${message}`),
  );
});

test("permutationTest refuses an alternative it does not know, and a design not told", () => {
  const options = { paired: false, random: never };
  expect(() => permutationTest([1], [2], { ...options, alternative: "larger" as "less" })).toThrow(TypeError);
  expect(() => permutationTest([1], [2], { random: never } as unknown as typeof options)).toThrow(
    new TypeError("permutationTest: paired must be one of true, false, got undefined"),
  );
});
