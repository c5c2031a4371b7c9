import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ConfusionMatrix, confusionMatrix, rocAuc, rocCurve, youdenThreshold } from "./index.js";

interface Curve {
  readonly fpr: number[];
  readonly tpr: number[];
  readonly thresholds: (number | "inf")[];
}

interface Case {
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[]; readonly threshold: number };
  readonly expected: {
    readonly auc: number;
    readonly curves: { readonly all: Curve; readonly corners: Curve };
    readonly youden: {
      readonly threshold: number | "inf";
      readonly sensitivity: number;
      readonly specificity: number;
    };
    readonly confusion: { readonly inclusive: ConfusionMatrix; readonly exclusive: ConfusionMatrix };
  };
}

const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/roc.json", import.meta.url), "utf8"),
) as {
  cases: Case[];
  rtol: number;
};
const number = (value: number | "inf") => (value === "inf" ? Number.POSITIVE_INFINITY : value);

test.each(cases)("areas, curves, thresholds and counts are scikit-learn's: $name", ({ input, expected }) => {
  const { labels, scores, threshold } = input;
  expect([rocAuc(labels, scores)]).toBeAllclose([expected.auc], { rtol, atol: 1e-15 });
  for (const [dropCollinear, curve] of [
    [false, expected.curves.all],
    [true, expected.curves.corners],
  ] as const) {
    const { fpr, tpr, thresholds } = rocCurve(labels, scores, { dropCollinear });
    expect(fpr).toBeAllclose(curve.fpr, { rtol });
    expect(tpr).toBeAllclose(curve.tpr, { rtol });
    expect(thresholds).toBeAllclose(curve.thresholds.map(number), { rtol: 0 });
  }
  const { sensitivity, specificity } = expected.youden;
  const point = youdenThreshold(labels, scores);
  expect(point.threshold).toBe(number(expected.youden.threshold));
  expect([point.sensitivity, point.specificity]).toBeAllclose([sensitivity, specificity], { rtol });
  expect(confusionMatrix(labels, scores, threshold)).toMatchObject(expected.confusion.inclusive);
  expect(confusionMatrix(labels, scores, threshold, { inclusive: false })).toMatchObject(
    expected.confusion.exclusive,
  );
});

test("youdenThreshold breaks a tie in exact arithmetic as float64 does: study, section 10.4", () => {
  const labels = [0, 0, 1, 1, 0, 1];
  const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4];
  expect(rocAuc(labels, scores)).toBeCloseTo(2 / 3, 12);
  expect(youdenThreshold(labels, scores).threshold).toBe(0.35);
  const exclusive = { truePositives: 2, falsePositives: 2, falseNegatives: 1, trueNegatives: 1 };
  expect(confusionMatrix(labels, scores, 0.35, { inclusive: false })).toMatchObject(exclusive);
  const inclusive = { truePositives: 3, falsePositives: 2, falseNegatives: 0, trueNegatives: 1 };
  expect(confusionMatrix(labels, scores, 0.35)).toMatchObject(inclusive);
});

const pairs = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -20, max: 20 })), {
  minLength: 2,
  maxLength: 60,
});
const bothClasses = pairs.filter(
  (rows) => rows.some(([label]) => label === 1) && rows.some(([label]) => label === 0),
);
const unzip = (rows: readonly [number, number][]) =>
  [rows.map(([label]) => label), rows.map(([, score]) => score)] as const;

test("the area is the share of pairs in the right order, ties counting half", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const positives = rows.filter(([label]) => label === 1);
      const negatives = rows.filter(([label]) => label === 0);
      let won = 0;
      for (const [, p] of positives) for (const [, n] of negatives) won += p > n ? 1 : p === n ? 0.5 : 0;
      const [labels, scores] = unzip(rows);
      expect(rocAuc(labels, scores)).toBe(won / (positives.length * negatives.length));
    }),
  );
});

test("the area is that under the curve, by the trapezoidal rule, with and without collinear points", () => {
  fc.assert(
    fc.property(bothClasses, fc.boolean(), (rows, dropCollinear) => {
      const [labels, scores] = unzip(rows);
      const { fpr, tpr } = rocCurve(labels, scores, { dropCollinear });
      let area = 0;
      for (let i = 1; i < fpr.length; i++) {
        area +=
          ((fpr[i] as number) - (fpr[i - 1] as number)) * ((tpr[i] as number) + (tpr[i - 1] as number)) * 0.5;
      }
      expect(rocAuc(labels, scores)).toBeCloseTo(area, 12);
    }),
  );
});

test("the area does not change under an increasing map or another order of rows, and turns over with the sign", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const [labels, scores] = unzip(rows);
      const auc = rocAuc(labels, scores);
      expect(
        rocAuc(
          labels,
          scores.map((score) => Math.exp(score / 7)),
        ),
      ).toBe(auc);
      const [reversedLabels, reversedScores] = unzip(rows.toReversed());
      expect(rocAuc(reversedLabels, reversedScores)).toBe(auc);
      expect(
        rocAuc(
          labels,
          scores.map((score) => -score),
        ),
      ).toBeCloseTo(1 - auc, 14);
      expect(
        rocAuc(
          labels.map((label) => 1 - label),
          scores,
        ),
      ).toBeCloseTo(1 - auc, 14);
    }),
  );
});

test("pairs with a missing label are left out", () => {
  const labels = [0, Number.NaN, 0, 1, 1, Number.NaN];
  const scores = [0.1, 9, 0.4, 0.35, 0.8, -9];
  expect(rocAuc(labels, scores)).toBe(0.75);
  expect(rocCurve(labels, scores).thresholds).toHaveLength(5);
  expect(confusionMatrix(labels, scores, 0.5).numMissing).toBe(2);
});

test("a single class gives NaN and no exception", () => {
  expect(rocAuc([1, 1], [0.2, 0.3])).toBeNaN();
  expect(rocAuc([], [])).toBeNaN();
  expect([...rocCurve([1, 1], [0.2, 0.3]).fpr]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([...rocCurve([1, 1], [0.2, 0.3]).tpr]).toEqual([0, 0.5, 1]);
  expect([...rocCurve([0, Number.NaN], [0.2, 0.3]).tpr]).toEqual([Number.NaN, Number.NaN]);
  expect(youdenThreshold([0, 0], [1, 2])).toEqual({
    threshold: Number.NaN,
    sensitivity: Number.NaN,
    specificity: Number.NaN,
  });
});

test.each<[string, number[], number[], string]>([
  ["lengths that differ", [0, 1], [0.5], "must be as many as labels, 2, got 1"],
  ["a label that is not 1, 0 or NaN", [0, 2], [0.5, 0.5], "labels must be 1, 0 or NaN, got 2 at index 1"],
  ["an uncertain label", [0, -1], [0.5, 0.5], "got -1 at index 1"],
  ["a score that is NaN", [0, 1, 1], [0.5, 0.5, Number.NaN], "scores must be finite, got NaN at index 2"],
  [
    "an infinite score, even beside a missing label",
    [0, Number.NaN],
    [0.5, Number.POSITIVE_INFINITY],
    "got Infinity at index 1",
  ],
])("every function refuses %s", (_, labels, scores, message) => {
  expect(() => rocAuc(labels, scores)).toThrow(message);
  expect(() => rocCurve(labels, scores)).toThrow(message);
  expect(() => confusionMatrix(labels, scores, 0.5)).toThrow(message);
});

test("confusionMatrix refuses a threshold that is NaN and takes infinite ones", () => {
  expect(() => confusionMatrix([1], [1], Number.NaN)).toThrow(
    "confusionMatrix: threshold must be a number, got NaN",
  );
  expect(confusionMatrix([1, 0], [1, 1], Number.NEGATIVE_INFINITY)).toMatchObject({
    truePositives: 1,
    falsePositives: 1,
  });
  expect(confusionMatrix([1, 0], [1, 1], Number.POSITIVE_INFINITY)).toMatchObject({
    falseNegatives: 1,
    trueNegatives: 1,
  });
});
