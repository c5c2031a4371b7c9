import fc from "fast-check";
import { expect, test } from "vitest";
import { bothClasses, unzip } from "../test/arbitraries.js";
import { readFixture } from "../test/readFixture.js";
import { type PartialRocAucOptions, partialRocAuc, rocAuc } from "./index.js";

type Focus = PartialRocAucOptions["focus"];

const { cases, rtol } = readFixture<{
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[] };
  readonly expected: {
    readonly maxFpr: [maxFpr: number, standardised: number][];
    readonly partial: [focus: Focus, low: number, high: number, area: number][];
  };
}>("sklearn/ranking.json");

const proc = readFixture<{
  readonly name: string;
  readonly labels: number[];
  readonly scores: number[];
  readonly areas: {
    readonly focus: Focus;
    readonly range: [number, number];
    readonly area: number;
    readonly standardised: number;
  }[];
}>("proc/partialRocAuc.json");

test.each(cases)("partial areas are scikit-learn's, standardised: $name", ({ input, expected }) => {
  const { labels, scores } = input;
  for (const [maxFpr, area] of expected.maxFpr) {
    const options = { focus: "specificity", range: [1 - maxFpr, 1], standardised: true } as const;
    expect([partialRocAuc(labels, scores, options)]).toBeAllclose([area], { rtol });
  }
});

// Absolute beside the relative tolerance: where the area is 0 in fractions, a bound such as 1 − 0.9 is not.
const atol = 1e-15;

test.each(cases)(
  "partial areas are those in exact fractions, for both foci: $name",
  ({ input, expected }) => {
    for (const [focus, low, high, area] of expected.partial) {
      const value = partialRocAuc(input.labels, input.scores, { focus, range: [low, high] });
      expect([value]).toBeAllclose([area], { rtol, atol });
    }
  },
);

test.each(proc.cases)("partial areas are pROC's, for both foci: $name", ({ labels, scores, areas }) => {
  for (const { focus, range, area, standardised } of areas) {
    expect([
      partialRocAuc(labels, scores, { focus, range }),
      partialRocAuc(labels, scores, { focus, range, standardised: true }),
    ]).toBeAllclose([area, standardised], { rtol: proc.rtol, atol });
  }
});

const foci = fc.constantFrom<Focus>("specificity", "sensitivity");
const ranges = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 100 }))
  .filter(([low, high]) => low < high)
  .map(([low, high]) => [low / 100, high / 100] as const);

test("over the whole range the partial area is the area, standardised or not", () => {
  fc.assert(
    fc.property(bothClasses, foci, fc.boolean(), (rows, focus, standardised) => {
      const value = partialRocAuc(...unzip(rows), { focus, range: [0, 1], standardised });
      expect(value).toBeCloseTo(rocAuc(...unzip(rows)), 12);
    }),
  );
});

test("partial areas of neighbouring ranges add up", () => {
  fc.assert(
    fc.property(bothClasses, foci, ranges, (rows, focus, [low, high]) => {
      const area = (range: readonly [number, number]) => partialRocAuc(...unzip(rows), { focus, range });
      const middle = (low + high) / 2;
      expect(area([low, middle]) + area([middle, high])).toBeCloseTo(area([low, high]), 12);
    }),
  );
});

test("the partial area does not change under an increasing map, another order of rows, or rows that all occur twice", () => {
  fc.assert(
    fc.property(bothClasses, foci, ranges, (rows, focus, range) => {
      const [labels, scores] = unzip(rows);
      const area = partialRocAuc(labels, scores, { focus, range });
      const mapped = scores.map((score) => Math.exp(score / 7));
      expect(partialRocAuc(labels, mapped, { focus, range })).toBe(area);
      expect(partialRocAuc(...unzip(rows.toReversed()), { focus, range })).toBe(area);
      expect(partialRocAuc(...unzip([...rows, ...rows]), { focus, range })).toBeCloseTo(area, 14);
    }),
  );
});

test("turning labels and scores over exchanges the foci", () => {
  fc.assert(
    fc.property(bothClasses, ranges, fc.boolean(), (rows, range, standardised) => {
      const turned = rows.map(([label, score]) => [1 - label, -score] as const);
      const options = { range, standardised };
      expect(partialRocAuc(...unzip(turned), { focus: "specificity", ...options })).toBeCloseTo(
        partialRocAuc(...unzip(rows), { focus: "sensitivity", ...options }),
        12,
      );
    }),
  );
});

test("a perfect score has the standardised area 1 and never more, a score without skill 0.5", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      foci,
      ranges,
      (p, n, focus, range) => {
        const labels = [...Array<number>(p).fill(1), ...Array<number>(n).fill(0)];
        const perfect = partialRocAuc(
          labels,
          labels.map((label, i) => 100 * label + (i % 7)),
          {
            focus,
            range,
            standardised: true,
          },
        );
        expect(perfect).toBeCloseTo(1, 12);
        expect(perfect).toBeLessThanOrEqual(1);
        const none = partialRocAuc(
          labels,
          labels.map(() => 3),
          { focus, range, standardised: true },
        );
        expect(none).toBeCloseTo(0.5, 12);
      },
    ),
  );
});

test("a single class has no partial area, and missing labels are left out", () => {
  const options = { focus: "sensitivity", range: [0.5, 1] } as const;
  expect(partialRocAuc([], [], options)).toBeNaN();
  expect(partialRocAuc([1], [0.5], options)).toBeNaN();
  expect(partialRocAuc([1, 1], [0.5, 1], options)).toBeNaN();
  expect(partialRocAuc([0, 0], [0.5, 1], options)).toBeNaN();
  expect(partialRocAuc([Number.NaN], [0.5], options)).toBeNaN();
  expect(partialRocAuc([0, Number.NaN, 0, 1, 1], [0.1, 9, 0.4, 0.35, 0.8], options)).toBe(0.25);
});

test.each<[Focus, [number, number], string]>([
  ["specificity", [-0.1, 1], "low end of the range must lie in [0, 1], got -0.1"],
  ["specificity", [0, 1.5], "high end of the range must lie in [0, 1], got 1.5"],
  ["sensitivity", [Number.NaN, 1], "low end of the range must lie in [0, 1], got NaN"],
  ["sensitivity", [0.5, 0.5], "range must end above its start 0.5, got 0.5"],
  ["sensitivity", [0.9, 0.5], "range must end above its start 0.9, got 0.5"],
  ["precision" as Focus, [0, 1], "focus must be specificity or sensitivity, got precision"],
])("partialRocAuc refuses the focus %s with the range %j", (focus, range, message) => {
  expect(() => partialRocAuc([0, 1], [0, 1], { focus, range })).toThrow(`partialRocAuc: ${message}`);
});

test("partialRocAuc refuses what it cannot rank", () => {
  const options = { focus: "specificity", range: [0, 1] } as const;
  expect(() => partialRocAuc([0, 1], [0.5], options)).toThrow(
    "partialRocAuc: scores must be as many as labels",
  );
  expect(() => partialRocAuc([0, 3], [1, 1], options)).toThrow(
    "partialRocAuc: labels must be 1, 0 or NaN, got 3",
  );
});
