import fc from "fast-check";
import { expect, test } from "vitest";
import { positiveWeights } from "./positiveWeights.js";

test("the weight is negatives over positives, and NaN labels do not count", () => {
  const data = Float32Array.of(1, Number.NaN, 0, 1, 0, 1, 0, 0);
  expect(positiveWeights({ data, rows: 4, columns: 2 })).toBeAllclose([3, 0.5]);
});

test("without positives the weight is 1, without negatives 0, without labels 1", () => {
  const data = Float32Array.of(0, 1, Number.NaN, 0, 1, Number.NaN);
  expect([...positiveWeights({ data, rows: 2, columns: 3 })]).toEqual([1, 0, 1]);
  expect([...positiveWeights({ data: new Float32Array(0), rows: 0, columns: 2 })]).toEqual([1, 1]);
});

test("weighted positives and negatives are equal in sum whenever there is a positive", () => {
  const label = fc.constantFrom(0, 1, Number.NaN);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 60 }), (labels) => {
      const numPositives = labels.filter((v) => v === 1).length;
      fc.pre(numPositives > 0);
      const data = Float32Array.from(labels);
      const [weight = Number.NaN] = positiveWeights({ data, rows: labels.length, columns: 1 });
      expect(weight * numPositives).toBeCloseTo(labels.filter((v) => v === 0).length, 4);
    }),
  );
});

test("other labels and other lengths are refused", () => {
  const data = Float32Array.of(0, 1, -1, 0);
  expect(() => positiveWeights({ data, rows: 2, columns: 2 })).toThrow("got -1 in row 1, column 0");
  expect(() => positiveWeights({ data, rows: 3, columns: 2 })).toThrow("must have 3 × 2 elements, got 4");
});
