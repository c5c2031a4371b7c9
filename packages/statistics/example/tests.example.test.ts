import { expect, test } from "vitest";
import { accuracy, gain, groups, ranked, reading, sensitivity } from "./tests.example.js";

test("the examples of the classical tests give the numbers they state", () => {
  const rounded = { rtol: 1e-3 };
  expect([sensitivity.estimate, sensitivity.lower, sensitivity.upper]).toBeAllclose(
    [0.9, 0.699, 0.972],
    rounded,
  );
  expect(accuracy.numDiscordant).toBe(17);
  expect([accuracy.pValue]).toBeAllclose([0.143], { rtol: 5e-3 });
  expect([gain.meanDifference, gain.t, gain.pValue]).toBeAllclose([0.024, 2.23, 0.0898], { rtol: 5e-3 });
  expect(ranked).toMatchObject({ statistic: 19, pValue: 0.09375, method: "exact" });
  expect(groups).toMatchObject({ pValue: 2 / 56, isExact: true });
  expect(reading.estimate).toBe(8);
  expect(reading.lower).toBeGreaterThan(2);
  expect(reading.upper).toBeLessThan(31);
});
