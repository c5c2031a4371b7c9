import { expect, test } from "vitest";
import * as metrics from "./metrics.example.js";
import { auc, decisions, sensitivity, specificity, threshold } from "./readme.example.js";

test("the README's example gives the numbers it states", () => {
  expect([auc, threshold, sensitivity, specificity]).toEqual([0.75, 0.8, 0.5, 1]);
  expect(decisions).toEqual({
    truePositives: 1,
    falsePositives: 0,
    trueNegatives: 2,
    falseNegatives: 1,
    numMissing: 1,
  });
});

test("the examples of the reference give the numbers they state", () => {
  expect(metrics.auc).toBe(0.75);
  expect([...metrics.fpr]).toEqual([0, 0, 0.5, 0.5, 1]);
  expect([...metrics.tpr]).toEqual([0, 0.5, 0.5, 1, 1]);
  expect([...metrics.thresholds]).toEqual([Number.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.1]);
  expect(metrics.point).toEqual({ threshold: 0.8, sensitivity: 0.5, specificity: 1 });
  expect([metrics.inclusive.falsePositives, metrics.exclusive.falsePositives]).toEqual([1, 0]);
  expect([...metrics.precision]).toEqual([1, 1, 0.5, 2 / 3, 0.5]);
  expect([...metrics.recall]).toEqual([0, 0.5, 0.5, 1, 1]);
  expect(metrics.average).toBeCloseTo(5 / 6, 15);
  expect([metrics.part, metrics.standardised]).toBeAllclose([0.25, 2 / 3], { rtol: 1e-15 });
  expect(metrics.screening).toEqual({ threshold: 0.35, sensitivity: 1, specificity: 0.5 });
  expect(metrics.confirming).toEqual({ threshold: 0.8, sensitivity: 0.5, specificity: 1 });
  expect([metrics.accuracy, metrics.f1]).toEqual([0.75, 2 / 3]);
  expect(metrics.positiveLikelihoodRatio).toBe(Number.POSITIVE_INFINITY);
  expect(metrics.squared).toBeCloseTo(0.158125, 12);
  expect(metrics.nats).toBeCloseTo(0.4723, 4);
  expect(metrics.predicted).toBeAllclose([0.85 / 3, 0.8], { rtol: 1e-12 });
  expect([[...metrics.observed], [...metrics.counts]]).toEqual([
    [1 / 3, 1],
    [3, 1],
  ]);
  expect(metrics.error).toBeCloseTo(0.0875, 12);
  expect(metrics.report.findings.map(({ rocAuc, numMissing }) => [rocAuc, numMissing])).toEqual([
    [0.75, 0],
    [1, 1],
  ]);
  expect(metrics.report.rocAuc.macro).toBe(0.875);
});
