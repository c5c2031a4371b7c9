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
});
