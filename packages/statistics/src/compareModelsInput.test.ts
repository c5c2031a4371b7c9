import { expect, test } from "vitest";
import { type CompareModelsInput, compareModels, type Matrix } from "./index.js";

function matrix(rows: readonly (readonly (number | null)[])[]): Matrix {
  const data = rows.flat().map((value) => value ?? Number.NaN);
  return { data, rows: rows.length, columns: rows[0]?.length ?? 0 };
}

const good = {
  labels: matrix([[0], [1]]),
  models: { a: matrix([[0.1], [0.2]]) },
  findings: ["x"],
} satisfies CompareModelsInput;

test.each([
  [
    "a label of another value",
    { labels: matrix([[0], [2]]) },
    {},
    "labels must be 1, 0 or NaN, got 2 at row 1, x",
  ],
  [
    "a score that is not finite",
    { models: { a: matrix([[0.1], [null]]) } },
    {},
    "scores of a must be finite, got NaN at row 1, x",
  ],
  [
    "scores of another shape",
    { models: { a: matrix([[1]]) } },
    {},
    "scores of a must have the shape of the labels, [2, 1], got [1, 1]",
  ],
  [
    "values that do not fill the shape",
    { labels: { data: [0, 1, 1], rows: 2, columns: 1 } },
    {},
    "labels must hold 2 values, got 3",
  ],
  ["no model", { models: {} }, {}, "models must be at least one, got 0"],
  [
    "a finding twice",
    { labels: matrix([[0, 1]]), findings: ["x", "x"] },
    {},
    "findings must be unique, got x, x",
  ],
  ["a finding named macro", { findings: ["macro"] }, {}, "findings must not be named macro, got macro"],
  [
    "a finding without a column",
    { findings: ["x", "y"] },
    {},
    "labels must have a column for each of 2 findings, got 1",
  ],
  ["patients of another number", { patients: ["p"] }, {}, "patients must be as many as images, 2, got 1"],
  ["strata of another number", { strata: ["s"] }, {}, "strata must be as many as images, 2, got 1"],
  [
    "a patient in two strata",
    { patients: ["p", "p"], strata: [1, 2] },
    {},
    "strata must be one for each patient, got another for p in row 1",
  ],
  [
    "an unknown adjustment, before the work begins",
    {},
    {
      adjustment: "fdr" as "bh",
      onReplicate: () => {
        throw new Error("the work began");
      },
    },
    "adjustment must be one of bonferroni, holm, hochberg, hommel, bh, by, got fdr",
  ],
  [
    "an unknown interval",
    {},
    { interval: "normal" as "basic" },
    "interval must be percentile, basic or bca, got normal",
  ],
  [
    "an unknown measure",
    {},
    { measures: ["rocAuc" as "f1"] },
    "measures must be of averagePrecision, accuracy, sensitivity, specificity, f1, got rocAuc",
  ],
  ["a measure without its threshold", {}, { measures: ["f1"] }, "threshold must be given for f1, got none"],
  [
    "a measure twice",
    {},
    { measures: ["f1", "f1"], threshold: "refit-youden" },
    "measures must be unique, got f1, f1",
  ],
  [
    "too few frozen thresholds",
    {},
    { threshold: { frozen: { a: [] } } },
    "frozen thresholds of a must be one for each of 1 findings, got 0",
  ],
  [
    "a frozen threshold that is no number",
    {},
    { threshold: { frozen: { a: [Number.NaN] } } },
    "frozen thresholds of a must be numbers, got NaN for x",
  ],
  [
    "an unknown policy",
    {},
    { oneClass: "ignore" as "skip" },
    "oneClass must be skip, redraw or throw, got ignore",
  ],
  ["no replicates", {}, { replicates: 0 }, "replicates must be an integer ≥ 1, got 0"],
  ["a negative seed", {}, { seed: -1 }, "seed must be an integer from 0 to 2^53 - 1, got -1"],
  ["full coverage", {}, { coverage: 1 }, "coverage must lie in (0, 1), got 1"],
  [
    "an unknown protocol",
    {},
    { protocol: "other" as "corrected" },
    "protocol must be corrected or as-published, got other",
  ],
] as const)("compareModels refuses %s", (_, input, options, message) => {
  const call = () => compareModels({ ...good, ...input } as CompareModelsInput, { seed: 1, ...options });
  expect(call).toThrow(new RangeError(`compareModels: ${message}`));
});
