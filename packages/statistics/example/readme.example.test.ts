import { expect, test } from "vitest";
import { difference, large } from "./readme.example.js";
import { adjusted, area, draws, gain } from "./statistics.example.js";

test("the README's example gives the numbers it states", () => {
  expect(large?.estimate).toBe(1);
  expect([difference?.difference]).toBeAllclose([-7 / 36]);
  expect(difference?.pValue).toBeGreaterThan(0.05);
});

test("the examples of the reference give the numbers they state", () => {
  expect(draws).toHaveLength(2);
  expect(adjusted).toBeAllclose([0.03, 0.04, 0.04]);
  expect([area, gain]).toEqual([0.75, -0.25]);
});
