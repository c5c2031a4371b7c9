import { expect, test } from "vitest";
import { auc, difference, lower, pValue, threshold, upper } from "./readme.example.js";

test("the example of the repository's README gives the numbers it states", () => {
  expect(auc).toBeCloseTo(8 / 9, 12);
  expect(threshold).toBe(0.35);
  expect(difference).toBeCloseTo(-1 / 9, 12);
  expect(lower).toBeLessThanOrEqual(difference);
  expect(upper).toBeGreaterThanOrEqual(difference);
  expect(pValue).toBeGreaterThan(0.05);
});
