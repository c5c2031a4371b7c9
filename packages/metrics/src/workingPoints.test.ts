import fc from "fast-check";
import { expect, test } from "vitest";
import { bothClasses, unzip } from "../test/arbitraries.js";
import { named } from "../test/named.js";
import { numberOf, readFixture, type Written } from "../test/readFixture.js";
import {
  classificationMetrics,
  confusionMatrix,
  thresholdAtSensitivity,
  thresholdAtSpecificity,
} from "./index.js";

interface Point {
  readonly threshold: Written;
  readonly sensitivity: number;
  readonly specificity: number;
}

const { cases } = readFixture<{
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[] };
  readonly expected: {
    readonly atSensitivity: [target: number, point: Point][];
    readonly atSpecificity: [target: number, point: Point][];
  };
}>("sklearn/ranking.json");

test.each(cases)(
  "working points are the best of all by scikit-learn's rates: $name",
  ({ input, expected }) => {
    const { labels, scores } = input;
    for (const [choose, points] of [
      [thresholdAtSensitivity, expected.atSensitivity],
      [thresholdAtSpecificity, expected.atSpecificity],
    ] as const) {
      for (const [target, { threshold, ...rates }] of points) {
        const point = choose(labels, scores, target);
        expect(point).toMatchObject(rates);
        expect([point.threshold]).toBeAllclose([numberOf(threshold)], { rtol: 0 });
      }
    }
  },
);

const targets = fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20);

test("a working point reaches its target, the next score on misses it, and decisions at it have its rates", () => {
  fc.assert(
    fc.property(bothClasses, targets, (rows, target) => {
      const [labels, scores] = unzip(rows);
      const rates = (threshold: number) => ({
        threshold,
        ...classificationMetrics(confusionMatrix(labels, scores, threshold)),
      });
      const sensitive = thresholdAtSensitivity(labels, scores, target);
      expect(rates(sensitive.threshold)).toMatchObject(sensitive);
      expect(sensitive.sensitivity).toBeGreaterThanOrEqual(target);
      for (const score of scores) {
        if (score > sensitive.threshold) expect(rates(score).sensitivity).toBeLessThan(target);
      }
      const specific = thresholdAtSpecificity(labels, scores, target);
      expect(rates(specific.threshold)).toMatchObject(specific);
      expect(specific.specificity).toBeGreaterThanOrEqual(target);
      for (const score of scores) {
        if (score < specific.threshold) expect(rates(score).specificity).toBeLessThan(target);
      }
    }),
  );
});

test("a specificity of exactly one tenth is reached, though 1 − 9/10 falls short of it in float64", () => {
  const labels = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const scores = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect(1 - 9 / 10).toBeLessThan(0.1);
  expect(thresholdAtSpecificity(labels, scores, 0.1)).toEqual({
    threshold: 1,
    sensitivity: 1,
    specificity: 0.1,
  });
});

test("the ends: sensitivity 0 calls nothing positive, specificity 0 everything", () => {
  const labels = [0, 0, 1, 1];
  const scores = [0.1, 0.4, 0.35, 0.8];
  const none = { threshold: Number.POSITIVE_INFINITY, sensitivity: 0, specificity: 1 };
  expect(thresholdAtSensitivity(labels, scores, 0)).toEqual(none);
  expect(thresholdAtSpecificity(labels, scores, 0)).toEqual({
    threshold: 0.1,
    sensitivity: 1,
    specificity: 0,
  });
  expect(thresholdAtSpecificity(labels, [0.1, 0.9, 0.35, 0.8], 1)).toEqual(none);
});

test("all scores equal leave all or nothing", () => {
  const scores = [0.5, 0.5, 0.5];
  expect(thresholdAtSensitivity([0, 1, 1], scores, 0.1).threshold).toBe(0.5);
  expect(thresholdAtSpecificity([0, 1, 1], scores, 0.1).threshold).toBe(Number.POSITIVE_INFINITY);
});

test.each(named(thresholdAtSensitivity, thresholdAtSpecificity))(
  "$name is NaN for a single class, leaves out missing labels and refuses what makes no sense",
  ({ name, call: choose }) => {
    const nothing = { threshold: Number.NaN, sensitivity: Number.NaN, specificity: Number.NaN };
    expect(choose([], [], 0.5)).toEqual(nothing);
    expect(choose([1], [0.5], 0.5)).toEqual(nothing);
    expect(choose([0, 0], [0.5, 1], 0.5)).toEqual(nothing);
    expect(choose([Number.NaN], [0.5], 0.5)).toEqual(nothing);
    expect(choose([0, Number.NaN, 1], [1, 9, 2], 1)).toEqual({
      threshold: 2,
      sensitivity: 1,
      specificity: 1,
    });
    const subject = choose === thresholdAtSensitivity ? "sensitivity" : "specificity";
    expect(() => choose([0, 1], [0, 1], 1.01)).toThrow(`${name}: ${subject} must lie in [0, 1], got 1.01`);
    expect(() => choose([0, 1], [0, 1], Number.NaN)).toThrow("got NaN");
    expect(() => choose([0, 1], [0], 0.5)).toThrow(`${name}: scores must be as many as labels, 2, got 1`);
    expect(() => choose([0, 1], [0, Number.NaN], 0.5)).toThrow(
      `${name}: scores must be finite, got NaN at index 1`,
    );
  },
);
