import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ComparedMeasure, compareModels, type Matrix, type MeasureComparison } from "./index.js";

interface Expected {
  readonly models: Record<
    string,
    Readonly<Record<"mean" | "standardDeviation" | "lower" | "upper", number>>[]
  >;
  readonly pValues: number[];
}
interface Case {
  readonly name: string;
  readonly seed: number;
  readonly replicates: number;
  readonly input: { readonly labels: number[][]; readonly models: Record<string, number[][]> };
  readonly expected: Readonly<Record<"rocAuc" | ComparedMeasure, Expected>>;
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/asPublished.json", import.meta.url), "utf8"),
) as { readonly cases: Case[]; readonly rtol: number };

const matrix = (rows: number[][]): Matrix => ({
  data: rows.flat(),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});
const measures = ["averagePrecision", "accuracy", "sensitivity", "specificity", "f1"] as const;

function compare({ input, seed, replicates }: Case, protocol: "corrected" | "as-published") {
  const labels = matrix(input.labels);
  const models = Object.fromEntries(Object.entries(input.models).map(([name, rows]) => [name, matrix(rows)]));
  const findings = Array.from({ length: labels.columns }, (_, k) => `f${k}`);
  return compareModels(
    { labels, models, findings },
    { seed, replicates, measures, threshold: "refit-youden", protocol },
  );
}

test.each(cases)(
  "as-published repeats the evaluation of the study in scikit-learn's words: $name",
  (given) => {
    const comparison = compare(given, "as-published");
    const all: Record<string, MeasureComparison> = { rocAuc: comparison, ...comparison.measures };
    for (const [measure, expected] of Object.entries(given.expected)) {
      const { models, pairs } = all[measure]!;
      for (const [name, rows] of Object.entries(expected.models)) {
        const { perFinding, macro } = models[name]!;
        for (const [k, row] of rows.entries()) {
          const got = perFinding[k] ?? macro;
          const keys = ["mean", "standardDeviation", "lower", "upper"] as const;
          expect(keys.map((key) => got[key])).toBeAllclose(
            keys.map((key) => row[key]),
            { rtol },
          );
        }
      }
      const [pair] = pairs;
      const rows = [...pair!.perFinding, pair!.macro];
      expect(rows.map(({ pValue }) => pValue)).toBeAllclose(expected.pValues, { rtol });
      expect(rows.map(({ adjustedPValue }) => adjustedPValue)).toEqual(rows.map(({ pValue }) => pValue));
    }
    expect(comparison.method).toMatchObject({
      protocol: "as-published",
      adjustment: "none",
      resampled: "images",
    });
  },
);

test("the two protocols disagree where they should: spread of the mean, p values, decisions at the threshold", () => {
  const [published, corrected] = [compare(cases[1]!, "as-published"), compare(cases[1]!, "corrected")];
  const [p, c] = [published.models.first!.macro, corrected.models.first!.macro];
  expect(p.mean).toBeCloseTo(c.mean, 12);
  expect(p.standardDeviation).toBeGreaterThan(1.1 * c.standardDeviation);
  expect(published.pairs[0]!.macro.pValue).not.toBeCloseTo(corrected.pairs[0]!.macro.pValue, 2);
  const sensitivity = (comparison: typeof published) =>
    comparison.measures!.sensitivity!.models.first!.macro.mean;
  expect(sensitivity(published)).toBeLessThan(sensitivity(corrected));
});

test("as-published draws images though patients are given, and refuses what the study had not", () => {
  const input = {
    labels: matrix([[1], [0], [1], [0]]),
    models: { a: matrix([[4], [1], [3], [2]]) },
    findings: ["x"],
    patients: ["p", "p", "q", "q"],
  };
  const settings = { seed: 1, replicates: 3, protocol: "as-published", oneClass: "redraw" } as const;
  expect(compareModels(input, settings).method).toMatchObject({ resampled: "images", numResampled: 4 });
  expect(() => compareModels({ ...input, strata: [1, 1, 2, 2] }, settings)).toThrow(
    "strata must not be given under as-published",
  );
  expect(() => compareModels(input, { ...settings, replicates: 200, oneClass: "throw" })).toThrow(
    "got one class of x",
  );
  expect(() => compareModels(input, { ...settings, threshold: { frozen: { a: [1] } } })).toThrow(
    "threshold must be refit-youden under as-published",
  );
});

test("a finding of one class has nothing to say under as-published, and takes nothing from the others", () => {
  const given = cases[0]!;
  const labels = given.input.labels.map(([first, second]) => [first!, second!, 0]);
  const models = Object.fromEntries(
    Object.entries(given.input.models).map(([name, rows]) => [name, matrix(rows)]),
  );
  const findings = ["x", "y", "never"];
  const { seed, replicates } = given;
  const comparison = compareModels(
    { labels: matrix(labels), models, findings },
    { seed, replicates, protocol: "as-published", measures: ["f1"] },
  );
  const [pair] = comparison.pairs;
  expect(pair!.perFinding[2]).toMatchObject({
    pValue: Number.NaN,
    pValueError: Number.NaN,
    numReplicates: 0,
  });
  expect(comparison.models.first!.perFinding[2]!.standardDeviation).toBeNaN();
  expect(comparison.models.first!.macro.standardDeviation).toBeGreaterThan(0);
  expect(pair!.macro.pValue).toBeGreaterThanOrEqual(0);
  expect([pair!.macro.pValueError]).toBeAllclose([
    Math.sqrt((pair!.macro.pValue * (1 - pair!.macro.pValue)) / replicates),
  ]);
});
