import { expect, test } from "vitest";
import { adjustComparisons, adjustPValues, type Comparison, compareModels, seededRandom } from "./index.js";

/** Three models on forty images, two findings. */
function comparison(seed: number, measures: readonly "averagePrecision"[] = []): Comparison {
  const random = seededRandom(seed);
  const matrix = (value: () => number) => ({
    data: Float64Array.from({ length: 80 }, value),
    rows: 40,
    columns: 2,
  });
  const labels = matrix(() => (random() < 0.4 ? 1 : 0));
  const models = { a: matrix(random), b: matrix(random), c: matrix(random) };
  return compareModels({ labels, models, findings: ["x", "y"] }, { seed, replicates: 99, measures });
}

const rowsOf = ({ pairs }: Pick<Comparison, "pairs">) => pairs.flatMap(({ perFinding }) => perFinding);

test("adjustComparisons takes every finding of every pair of every comparison as one family", () => {
  const given = { north: comparison(1), south: comparison(2) };
  const adjusted = adjustComparisons(given, "holm");
  const before = Object.values(given).flatMap(rowsOf);
  const after = Object.values(adjusted).flatMap(rowsOf);
  expect(after).toHaveLength(12);
  expect(after.map(({ adjustedPValue }) => adjustedPValue)).toEqual([
    ...adjustPValues(
      before.map(({ pValue }) => pValue),
      "holm",
    ),
  ]);
  expect(after.map(({ pValue, difference }) => [pValue, difference])).toEqual(
    before.map(({ pValue, difference }) => [pValue, difference]),
  );
  expect(adjusted.south?.method.adjustment).toBe("holm");
  expect(given.south.method.adjustment).toBe("bh");
});

test("macro means and further measures are families of their own, also where one comparison lacks a measure", () => {
  const adjusted = adjustComparisons(
    { a: comparison(3, ["averagePrecision"]), b: comparison(4) },
    "bonferroni",
  );
  const macros = Object.values(adjusted).flatMap(({ pairs }) => pairs.map(({ macro }) => macro));
  expect(macros.map(({ adjustedPValue }) => adjustedPValue)).toEqual(
    macros.map(({ pValue }) => Math.min(1, 6 * pValue)),
  );
  const precision = rowsOf(adjusted.a?.measures?.averagePrecision ?? { pairs: [] });
  expect(precision.map(({ adjustedPValue }) => adjustedPValue)).toEqual(
    precision.map(({ pValue }) => Math.min(1, 6 * pValue)),
  );
  expect(adjusted.b?.measures).toBeUndefined();
});

test("one comparison alone keeps the values it had", () => {
  const given = { only: comparison(5) };
  expect(adjustComparisons(given)).toEqual(given);
});

test("adjustComparisons refuses none, a method it does not know and what was not corrected", () => {
  const one = comparison(6);
  expect(() => adjustComparisons({})).toThrow(
    new RangeError("adjustComparisons: comparisons must be at least one, got 0"),
  );
  expect(() => adjustComparisons({ one }, "fdr" as "bh")).toThrow(TypeError);
  const published: Comparison = { ...one, method: { ...one.method, protocol: "as-published" } };
  expect(() => adjustComparisons({ published })).toThrow(
    new RangeError("adjustComparisons: protocol of published must be corrected, got as-published"),
  );
});
