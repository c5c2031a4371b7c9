import fc from "fast-check";
import { expect, test } from "vitest";
import { bothClasses, unzip } from "../test/arbitraries.js";
import { named } from "../test/named.js";
import { numberOf, readFixture, type Written } from "../test/readFixture.js";
import { averagePrecision, precisionRecallCurve } from "./index.js";

const { cases, rtol } = readFixture<{
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[] };
  readonly expected: {
    readonly precision: number[];
    readonly recall: number[];
    readonly thresholds: Written[];
    readonly averagePrecision: number;
  };
}>("sklearn/ranking.json");

test.each(cases)("precision, recall and their average are scikit-learn's: $name", ({ input, expected }) => {
  const { labels, scores } = input;
  const { precision, recall, thresholds } = precisionRecallCurve(labels, scores);
  expect(thresholds).toBeAllclose(expected.thresholds.map(numberOf), { rtol: 0 });
  expect(precision).toBeAllclose(expected.precision, { rtol });
  expect(recall).toBeAllclose(expected.recall, { rtol });
  expect([averagePrecision(labels, scores)]).toBeAllclose([expected.averagePrecision], { rtol });
});

test("the average is the sum of steps under the curve", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const { precision, recall } = precisionRecallCurve(...unzip(rows));
      let sum = 0;
      for (let i = 1; i < recall.length; i++) {
        sum += ((recall[i] as number) - (recall[i - 1] as number)) * (precision[i] as number);
      }
      expect(averagePrecision(...unzip(rows))).toBeCloseTo(sum, 12);
    }),
  );
});

test("the average does not change under an increasing map, another order of rows, or rows that all occur twice", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const [labels, scores] = unzip(rows);
      const value = averagePrecision(labels, scores);
      const mapped = scores.map((score) => Math.exp(score / 7));
      expect(averagePrecision(labels, mapped)).toBe(value);
      expect(averagePrecision(...unzip(rows.toReversed()))).toBe(value);
      expect(averagePrecision(...unzip([...rows, ...rows]))).toBeCloseTo(value, 14);
    }),
  );
});

test("the average lies above 0 and never above 1, however the rounding falls", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const value = averagePrecision(...unzip(rows));
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(1);
    }),
  );
  const labels = Array.from({ length: 100 }, (_, i) => (i < 49 ? 1 : 0));
  expect(averagePrecision(labels, labels)).toBe(1);
});

test("a score without skill gets the share of positives", () => {
  expect(averagePrecision([0, 1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5, 0.5])).toBe(0.6);
});

test("pairs with a missing label are left out of precision and recall", () => {
  const labels = [0, Number.NaN, 0, 1, 1, Number.NaN];
  const scores = [0.1, 9, 0.4, 0.35, 0.8, -9];
  expect(averagePrecision(labels, scores)).toBeCloseTo(5 / 6, 15);
  expect(precisionRecallCurve(labels, scores).thresholds).toHaveLength(5);
});

test.each<[string, number[], number[]]>([
  ["no rows", [], []],
  ["one row", [1], [0.5]],
  ["positives only", [1, 1], [0.2, 0.3]],
  ["negatives only", [0, 0], [0.2, 0.3]],
  ["missing labels only", [Number.NaN, Number.NaN], [0.2, 0.3]],
])("average precision of %s is NaN and no exception", (_, labels, scores) => {
  expect(averagePrecision(labels, scores)).toBeNaN();
});

test("a precision-recall curve begins at recall 0 and precision 1, and has no recall without positives", () => {
  expect(precisionRecallCurve([], [])).toEqual({
    precision: Float64Array.of(1),
    recall: Float64Array.of(Number.NaN),
    thresholds: Float64Array.of(Number.POSITIVE_INFINITY),
  });
  const { precision, recall } = precisionRecallCurve([0, 0], [1, 2]);
  expect([...precision]).toEqual([1, 0, 0]);
  expect([...recall]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([...precisionRecallCurve([1, 1], [1, 2]).precision]).toEqual([1, 1, 1]);
});

test.each(named(averagePrecision, precisionRecallCurve))(
  "$name refuses what it cannot rank",
  ({ name, call: metric }) => {
    expect(() => metric([0, 1], [0.5])).toThrow(`${name}: scores must be as many as labels, 2, got 1`);
    expect(() => metric([0, 2], [1, 1])).toThrow(`${name}: labels must be 1, 0 or NaN, got 2 at index 1`);
    expect(() => metric([0, 1], [1, Number.NaN])).toThrow(
      `${name}: scores must be finite, got NaN at index 1`,
    );
  },
);
