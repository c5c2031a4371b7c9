import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alternative } from "./Alternative.js";
import { seededRandom } from "./seededRandom.js";
import { wilcoxonSignedRank } from "./wilcoxonSignedRank.js";

interface Case {
  readonly a: number[];
  readonly b: number[];
  readonly zeros: "wilcox" | "pratt";
  readonly alternative: Alternative;
  readonly continuityCorrection: boolean;
  readonly expected: { readonly statistic: number; readonly normal: number | null; readonly exact?: number };
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/wilcoxonSignedRank.json", import.meta.url), "utf8"),
) as { rtol: number; cases: Case[] };

test.each(cases)(
  "wilcoxonSignedRank agrees with SciPy: $a.length pairs, zeros $zeros, $alternative, correction $continuityCorrection",
  ({ a, b, expected, ...options }) => {
    const normal = wilcoxonSignedRank(a, b, { ...options, method: "normal" });
    expect(normal.statistic).toBe(expected.statistic);
    expect([normal.pValue]).toBeAllclose([expected.normal ?? Number.NaN], { rtol });
    if (expected.exact === undefined) return;
    expect([wilcoxonSignedRank(a, b, { ...options, method: "exact" }).pValue]).toBeAllclose(
      [expected.exact],
      {
        rtol,
      },
    );
  },
);

test("auto is exact up to 50 pairs of different values and says so", () => {
  const a = Array.from({ length: 51 }, (_, i) => i * (i % 2 ? 1 : -1));
  const zeros = a.map(() => 0);
  expect(wilcoxonSignedRank(a, zeros)).toMatchObject({ method: "exact", numDifferent: 50, numZeros: 1 });
  expect(wilcoxonSignedRank([...a, 60], [...zeros, 0])).toMatchObject({ method: "normal", numDifferent: 51 });
});

/** P value of all 2^n signs, gone through one by one. */
function enumerate(a: readonly number[], b: readonly number[], zeros: "wilcox" | "pratt"): number {
  const differences = a.map((value, i) => value - b[i]!);
  const of = (values: number[]) =>
    wilcoxonSignedRank(
      values,
      values.map(() => 0),
      { zeros, method: "normal" },
    ).statistic;
  const observed = of(differences);
  let [atMost, atLeast] = [0, 0];
  for (let bits = 0; bits < 2 ** a.length; bits++) {
    const statistic = of(differences.map((d, i) => (bits & (1 << i) ? -d : d)));
    if (statistic <= observed) atMost++;
    if (statistic >= observed) atLeast++;
  }
  return Math.min(1, (2 * Math.min(atMost, atLeast)) / 2 ** a.length);
}

const small = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), {
  minLength: 1,
  maxLength: 7,
});

test("exact is the share of all signs, with ties and zeros", () => {
  fc.assert(
    fc.property(small, fc.constantFrom("wilcox", "pratt"), (rows, zeros) => {
      const a = rows.map(([x]) => x);
      const b = rows.map(([, y]) => y);
      expect([wilcoxonSignedRank(a, b, { zeros, method: "exact" }).pValue]).toBeAllclose(
        [enumerate(a, b, zeros)],
        { rtol: 1e-12 },
      );
    }),
  );
});

const pairs = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), {
  minLength: 1,
  maxLength: 70,
});

test("exchanging a and b leaves the p value, turns one side into the other, and the ranks add up", () => {
  fc.assert(
    fc.property(
      pairs,
      fc.constantFrom("auto", "normal"),
      fc.boolean(),
      (rows, method, continuityCorrection) => {
        const a = rows.map(([x]) => x);
        const b = rows.map(([, y]) => y);
        const forward = wilcoxonSignedRank(a, b, { method, continuityCorrection });
        const backward = wilcoxonSignedRank(b, a, { method, continuityCorrection });
        const n = forward.numDifferent;
        expect(forward.statistic + backward.statistic).toBe((n * (n + 1)) / 2);
        expect([backward.pValue]).toBeAllclose([forward.pValue], { rtol: 1e-12 });
        const less = wilcoxonSignedRank(a, b, { method, continuityCorrection, alternative: "less" }).pValue;
        const greater = wilcoxonSignedRank(b, a, {
          method,
          continuityCorrection,
          alternative: "greater",
        }).pValue;
        expect([less]).toBeAllclose([greater], { rtol: 1e-12 });
        const cubed = wilcoxonSignedRank(
          rows.map(([x, y]) => (x - y) ** 3),
          rows.map(() => 0),
          { method, continuityCorrection },
        );
        expect(cubed).toEqual(forward);
      },
    ),
  );
});

test("exact and normal meet for many pairs", () => {
  const random = seededRandom(5);
  const a = Array.from({ length: 400 }, () => random() - 0.47);
  const b = a.map(() => 0);
  const exact = wilcoxonSignedRank(a, b, { method: "exact" }).pValue;
  const normal = wilcoxonSignedRank(a, b, { method: "normal", continuityCorrection: true }).pValue;
  // An approximation: the next term of its expansion is of the order 1 / N.
  expect([normal]).toBeAllclose([exact], { rtol: 0, atol: 1 / 400 });
});

test("if all pairs are equal the p value is 1 when exact and NaN when approximated", () => {
  const none = { statistic: 0, numDifferent: 0, numZeros: 2 };
  expect(wilcoxonSignedRank([1, 2], [1, 2])).toEqual({ ...none, pValue: 1, method: "exact" });
  const approximated = wilcoxonSignedRank([1, 2], [1, 2], { method: "normal" });
  expect(approximated).toEqual({ ...none, pValue: Number.NaN, method: "normal" });
});

test("the test keeps its size under the null, tied values included", () => {
  const random = seededRandom(6);
  let rejections = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const a = Array.from({ length: 40 }, () => Math.floor(20 * random()));
    const b = a.map(() => Math.floor(20 * random()));
    if (wilcoxonSignedRank(a, b).pValue <= 0.05) rejections++;
  }
  expect(rejections / 2000).toBeGreaterThan(0.035);
  expect(rejections / 2000).toBeLessThan(0.065);
});

test.each([
  [[], [], {}, "a must hold at least 1 values, got 0"],
  [[1, 2], [1], {}, "b must be as long as a, 2, got 1"],
  [[1, 2], [1, Number.NaN], {}, "b must be finite, got NaN at index 1"],
  [
    Array.from({ length: 1001 }, (_, i) => i + 1),
    Array.from({ length: 1001 }, () => 0),
    { method: "exact" as const },
    "pairs must be at most 1000 for method exact, got 1001",
  ],
])("wilcoxonSignedRank refuses case %#", (a, b, options, message) => {
  expect(() => wilcoxonSignedRank(a, b, options)).toThrow(new RangeError(`wilcoxonSignedRank: ${message}`));
});

test.each([
  [{ method: "asymptotic" }, "method must be one of auto, exact, normal, got asymptotic"],
  [{ zeros: "zsplit" }, "zeros must be one of wilcox, pratt, got zsplit"],
  [{ alternative: "" }, "alternative must be one of two-sided, less, greater, got "],
])("wilcoxonSignedRank refuses %o", (options, message) => {
  expect(() => wilcoxonSignedRank([1], [2], options as object)).toThrow(
    new TypeError(`wilcoxonSignedRank: ${message}`),
  );
});
