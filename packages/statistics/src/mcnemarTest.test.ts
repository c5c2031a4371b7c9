import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type McnemarTestMethod, mcnemarTest } from "./mcnemarTest.js";
import { seededRandom } from "./seededRandom.js";

const methods = ["exact", "chi-squared", "mid-p"] as const;
const { rows, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/scipy/mcnemarTest.json", import.meta.url), "utf8"),
) as { rtol: number; rows: [McnemarTestMethod, boolean, number, number, number, number][] };

test.each(rows)("mcnemarTest by %s (correction %s) of %s and %s agrees with statsmodels", (...row) => {
  const [method, continuityCorrection, b, c, ...expected] = row;
  const { statistic, pValue, numDiscordant } = mcnemarTest(b, c, { method, continuityCorrection });
  expect([statistic, pValue]).toBeAllclose(expected, { rtol });
  expect(numDiscordant).toBe(b + c);
});

test("mcnemarTest of 86 and 150 agrees with mcnemar.test of R 4.2.2", () => {
  const corrected = mcnemarTest(86, 150, { method: "chi-squared" });
  expect([corrected.statistic, corrected.pValue]).toBeAllclose([16.817796610169491, 4.1145622813459436e-5], {
    rtol: 1e-13,
  });
  const plain = mcnemarTest(86, 150, { method: "chi-squared", continuityCorrection: false });
  expect([plain.pValue]).toBeAllclose([3.0992934410452182e-5], { rtol: 1e-13 });
});

test("the p value is the same with the counts exchanged, a probability, and mid-p is at most exact", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), (b, c) => {
      for (const method of methods) {
        const result = mcnemarTest(b, c, { method });
        expect(mcnemarTest(c, b, { method })).toEqual(result);
        if (b + c > 0) {
          expect(result.pValue).toBeGreaterThanOrEqual(0);
          expect(result.pValue).toBeLessThanOrEqual(1);
        }
      }
      expect(mcnemarTest(b, c, { method: "mid-p" }).pValue).toBeLessThanOrEqual(
        mcnemarTest(b, c, { method: "exact" }).pValue,
      );
    }),
  );
});

test("without discordant pairs the p value is 1, by chi-squared NaN", () => {
  expect(mcnemarTest(0, 0, { method: "exact" })).toEqual({ statistic: 0, pValue: 1, numDiscordant: 0 });
  expect(mcnemarTest(0, 0, { method: "mid-p" })).toEqual({ statistic: 0, pValue: 1, numDiscordant: 0 });
  const undefined_ = { statistic: Number.NaN, pValue: Number.NaN, numDiscordant: 0 };
  expect(mcnemarTest(0, 0, { method: "chi-squared" })).toEqual(undefined_);
});

test("equal counts are not corrected below 0, as in R", () => {
  expect(mcnemarTest(4, 4, { method: "chi-squared" })).toEqual({ statistic: 0, pValue: 1, numDiscordant: 8 });
});

test("a million discordant pairs take no time and no harm", () => {
  const { pValue } = mcnemarTest(499_000, 501_000, { method: "exact" });
  const approximate = mcnemarTest(499_000, 501_000, { method: "chi-squared" }).pValue;
  expect([pValue]).toBeAllclose([approximate], { rtol: 1e-4 });
});

test("under the null exact stays below the level, mid-p and the plain chi-squared close to it", () => {
  const random = seededRandom(8);
  const rejections = { exact: 0, "mid-p": 0, "chi-squared": 0 };
  for (let trial = 0; trial < 2000; trial++) {
    let b = 0;
    let c = 0;
    for (let i = 0; i < 150; i++) {
      const u = random();
      if (u < 0.2) b++;
      else if (u < 0.4) c++;
    }
    for (const method of methods) {
      if (mcnemarTest(b, c, { method, continuityCorrection: false }).pValue <= 0.05) rejections[method]++;
    }
  }
  expect(rejections.exact / 2000).toBeLessThanOrEqual(0.05);
  for (const method of ["mid-p", "chi-squared"] as const) {
    expect(rejections[method] / 2000, method).toBeGreaterThan(0.035);
    expect(rejections[method] / 2000, method).toBeLessThan(0.065);
  }
});

test.each([
  [-1, 0, "b must be an integer ≥ 0, got -1"],
  [0, 1.5, "c must be an integer ≥ 0, got 1.5"],
  [Number.NaN, 0, "b must be an integer ≥ 0, got NaN"],
  [0, Number.POSITIVE_INFINITY, "c must be an integer ≥ 0, got Infinity"],
])("mcnemarTest refuses %s and %s", (b, c, message) => {
  expect(() => mcnemarTest(b, c, { method: "exact" })).toThrow(new RangeError(`mcnemarTest: ${message}`));
});

test("mcnemarTest refuses a method it does not know", () => {
  expect(() => mcnemarTest(1, 2, { method: "fisher" as "exact" })).toThrow(
    new TypeError("mcnemarTest: method must be one of exact, chi-squared, mid-p, got fisher"),
  );
});
