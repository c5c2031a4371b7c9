import { expect, test } from "vitest";
import * as delong from "./delong.example.js";
import { corrected, published } from "./protocols.example.js";
import { difference, large } from "./readme.example.js";
import { adjusted, area, draws, gain, together } from "./statistics.example.js";

test("the README's example gives the numbers it states", () => {
  expect(large?.estimate).toBe(1);
  expect([difference?.difference]).toBeAllclose([-7 / 36]);
  expect(difference?.pValue).toBeGreaterThan(0.05);
});

test("the examples of the reference give the numbers they state", () => {
  expect(draws).toHaveLength(2);
  expect(adjusted).toBeAllclose([0.03, 0.04, 0.04]);
  expect([area, gain]).toEqual([0.75, -0.25]);
  const [row] = together.child?.pairs[0]?.perFinding ?? [];
  expect(row?.adjustedPValue).toBe(Math.min(1, 2 * (row?.pValue ?? 0)));
});

test("the examples of DeLong's method give the numbers they state", () => {
  expect([delong.auc, delong.variance, delong.lower, delong.upper]).toBeAllclose(
    [0.75, 1 / 24, 0.3499240269703909, 1],
    { rtol: 1e-9 },
  );
  expect([delong.difference, delong.z, delong.pValue]).toBeAllclose(
    [0.1875, 0.8429272304235246, 0.3992691431710653],
    { rtol: 1e-9 },
  );
  expect(delong.hospitals.difference).toBe(-0.1875);
});

test("the protocols disagree in their worked example as it says", () => {
  const digits = (row: typeof published) =>
    [row?.difference, row?.pValue, row?.lower, row?.upper].map((value) => Number(value?.toFixed(3)));
  expect(digits(published)).toEqual([-0.163, 0.001, -0.288, -0.051]);
  expect(digits(corrected)).toEqual([-0.163, 0.13, -0.399, 0.047]);
});
