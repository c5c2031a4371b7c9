import { expect, test } from "vitest";
import timm from "../fixtures/timm/layerDecay.json" with { type: "json" };
import fixture from "../fixtures/torch/cosineSchedule.json" with { type: "json" };
import others from "../fixtures/torch/schedules.json" with { type: "json" };
import { constantSchedule } from "./constantSchedule.js";
import { cosineSchedule } from "./cosineSchedule.js";
import { layerDecay } from "./layerDecay.js";
import { linearSchedule } from "./linearSchedule.js";
import { oneCycleSchedule } from "./oneCycleSchedule.js";
import type { Schedule } from "./Schedule.js";
import { stepSchedule } from "./stepSchedule.js";

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

const makers = { linear: linearSchedule, step: stepSchedule, oneCycle: oneCycleSchedule };

test.each(
  others.input.map(({ schedule, options }, i) => ({ schedule, options, rates: others.expected[i]! })),
)("the $schedule schedule with $options equals PyTorch's", ({ schedule: name, options, rates }) => {
  const make = makers[name as keyof typeof makers] as (of: object) => Schedule;
  const schedule = make(options);
  expect(rates.map((_, step) => schedule(step))).toBeAllclose(rates, { rtol: others.rtol, atol: 1e-17 });
  expect(schedule(1000)).toBeCloseTo(rates.at(-1)!, 15);
});

test("a step schedule warms up and then drops where it is told", () => {
  const schedule = stepSchedule({ peak: 1, drops: [4], factor: 0.5, numWarmUpSteps: 3 });
  expect([0, 1, 2, 3, 4, 5].map(schedule)).toEqual([0.25, 0.5, 0.75, 1, 0.5, 0.5]);
});

test("the other schedules refuse what is out of range", () => {
  expect(() => linearSchedule({ peak: 1, numSteps: 2, numWarmUpSteps: 2 })).toThrow(
    "linearSchedule: numWarmUpSteps must be below numSteps (2), got 2",
  );
  expect(() => stepSchedule({ peak: 1, drops: [3, 3] })).toThrow(
    "stepSchedule: drops[1] must be an integer of at least 4, got 3",
  );
  expect(() => stepSchedule({ peak: 1, drops: [3], numWarmUpSteps: 4 })).toThrow(
    /at most drops\[0\] \(3\), got 4/,
  );
  expect(() => oneCycleSchedule({ peak: 1, numSteps: 3 })).toThrow(/warmUpShare must be above .* got 0.3$/);
});

test("layer decay falls from the head to the embeddings of a transformer", () => {
  const scale = layerDecay(
    ["pos_embed", "blocks.0.norm1.weight", "blocks.11.mlp.fc2.bias", "head.weight"],
    0.5,
  );
  const of = [
    "head.weight",
    "fc_norm.bias",
    "norm.weight",
    "blocks.11.mlp.fc2.bias",
    "blocks.10.attn.qkv.weight",
  ];
  expect(of.map(scale)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  expect(scale("blocks.0.norm1.weight")).toBe(0.5 ** 12);
  for (const name of ["cls_token", "reg_token", "pos_embed", "patch_embed.proj.weight"])
    expect(scale(name)).toBe(0.5 ** 13);
  expect(() => layerDecay([], 1.1)).toThrow("layerDecay: decay must be above 0 and at most 1, got 1.1");
});

test.each(timm.input.map((input, i) => ({ ...input, scales: timm.expected[i]!.scales })))(
  "layer decay of $decay gives timm's factors",
  ({ names, decay, scales }) => {
    expect(names.map(layerDecay(names, decay))).toBeAllclose(
      names.map((name) => (scales as Readonly<Record<string, number>>)[name]!),
      { rtol: timm.rtol },
    );
  },
);
