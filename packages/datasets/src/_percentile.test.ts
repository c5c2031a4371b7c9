import { expect, test } from "vitest";
import { referenceFile, unpacked } from "../test/referenceFile.js";
import { countValues, percentileOf } from "./_percentile.js";

test("percentiles of a histogram are NumPy's of the values", () => {
  const { input, expected, rtol } = referenceFile<{ values: string; shares: number[] }[], number[][]>(
    "scipy/percentiles.json",
  );
  input.forEach(({ values, shares }, i) => {
    const counts = countValues(unpacked(values, "uint16"), 65535);
    expect(shares.map((share) => percentileOf(counts, share))).toBeAllclose(expected[i] ?? [], { rtol });
  });
  expect(input.length).toBeGreaterThan(5);
});
