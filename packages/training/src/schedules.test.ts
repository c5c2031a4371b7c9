import { expect, test } from "vitest";
import fixture from "../fixtures/torch/cosineSchedule.json" with { type: "json" };
import { constantSchedule } from "./constantSchedule.js";
import { cosineSchedule } from "./cosineSchedule.js";

test.each(fixture.input.map((input, i) => ({ input, rates: fixture.expected[i]! })))(
  "cosineSchedule equals PyTorch's LinearLR followed by CosineAnnealingLR, case %#",
  ({ input, rates }) => {
    const schedule = cosineSchedule(input);
    expect(rates.map((_, step) => schedule(step))).toBeAllclose(rates, { rtol: fixture.rtol, atol: 1e-17 });
  },
);

test("cosineSchedule stays at its last rate", () => {
  const schedule = cosineSchedule({ peak: 1, numSteps: 4, final: 0.25 });
  expect([4, 5, 1000].map(schedule)).toEqual([0.25, 0.25, 0.25]);
});

test("cosineSchedule rises evenly to its peak and never starts at 0", () => {
  const schedule = cosineSchedule({ peak: 1, numSteps: 10, numWarmUpSteps: 3 });
  expect([0, 1, 2, 3].map(schedule)).toEqual([0.25, 0.5, 0.75, 1]);
});

test("constantSchedule gives the same rate at every step", () => {
  expect([0, 1, 1e6].map(constantSchedule(3e-4))).toEqual([3e-4, 3e-4, 3e-4]);
});

test("schedules refuse rates and lengths out of range", () => {
  expect(() => constantSchedule(-1)).toThrow(
    "constantSchedule: learningRate must be a finite number of at least 0, got -1",
  );
  expect(() => constantSchedule(Number.NaN)).toThrow(RangeError);
  expect(() => cosineSchedule({ peak: 1, numSteps: 0 })).toThrow(
    /numSteps must be an integer of at least 1, got 0/,
  );
  expect(() => cosineSchedule({ peak: 1, numSteps: 5, numWarmUpSteps: 5 })).toThrow(
    "cosineSchedule: numWarmUpSteps must be below numSteps (5), got 5",
  );
  expect(() => cosineSchedule({ peak: 1, numSteps: 5, final: -1 })).toThrow(/final must be/);
});
