import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { beforeAll, expect, test } from "vitest";
import { cornerRows, linearModel, sourceOf } from "../test/tinyRun.js";
import { clipped, firstUpdate, spared } from "./adamW.example.js";
import { withLogs } from "./loggers.example.js";
import { asymmetric, focal } from "./losses.example.js";
import { adamUpdate, layerFactors, sgdUpdate } from "./optimizers.example.js";
import { summaryOf } from "./planFit.example.js";
import { featuresOf, scoresOf, scoreToFile } from "./predictions.example.js";
import { constantRates, cosineRates, linearRates, oneCycleRates, stepRates } from "./schedules.example.js";
import { lossOfTwoImages } from "./weightedBinaryCrossEntropy.example.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

test("the examples of the API reference give the values that their comments say", () => {
  expect(lossOfTwoImages()).toBeCloseTo(
    (4 * Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1)) + Math.log(2)) / 3,
    6,
  );
  expect(lossOfTwoImages()).toBeCloseTo(0.5047, 4);
  expect(firstUpdate()).toBeAllclose([0.85, 1.05], { rtol: 1e-6 });
  expect(clipped()).toBeAllclose([5, 0.2], { rtol: 1e-6 });
  expect(spared()).toEqual([false, true, true, true]);
  expect(constantRates()).toEqual([1e-5, 1e-5]);
  expect(cosineRates()).toBeAllclose([1e-4, 1e-3, 1e-5]);
  expect(linearRates()).toBeAllclose([1e-3, 5e-4, 0]);
  expect(stepRates()).toBeAllclose([0.1, 0.01, 0.001]);
  expect(oneCycleRates()).toBeAllclose([0.004, 0.1, 4e-7]);
  expect(adamUpdate()).toBeAllclose([0.9, 1.1], { rtol: 1e-6 });
  expect(sgdUpdate()).toBeAllclose([0.86, 1.2], { rtol: 1e-6 });
  expect(layerFactors()).toEqual([0.125, 0.25, 0.5, 1]);
  expect([focal(), asymmetric()]).toBeAllclose([Math.LN2 / 2, Math.LN2 / 2], { rtol: 1e-6 });
});

test("predictions go through a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-"));
  const source = sourceOf(cornerRows(12), 8, ["nodule", "mass"]);
  const scores = await scoresOf(linearModel([4, 4, 1], 2), source, join(folder, "test.arrow"));
  expect(scores).toEqual(Array.from({ length: 12 }, () => 0.5));
  expect(await scoreToFile(linearModel([4, 4, 1], 2), source, join(folder, "test.csv"))).toBe(12);
  const model = linearModel([4, 4, 1], 2);
  const features = { ...model, features: model.logits };
  expect(await featuresOf(features, source, join(folder, "features.arrow"))).toBe(24);
  await rm(folder, { recursive: true });
});

test("a plan is a line for a person", async () => {
  const data = { train: sourceOf(cornerRows(12), 8, ["nodule", "mass"]) };
  expect(await summaryOf(linearModel([4, 4, 1], 2), data)).toMatch(/^34 parameters, .* MiB, .* s an epoch$/);
});

test("three logs tell of one run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-"));
  await withLogs(folder, async (loggers) => {
    for (const logger of loggers) await logger.log({ step: 1, epoch: 1, scalars: { "train/loss": 0.5 } });
  });
  expect((await readdir(folder)).sort()).toEqual(["steps.csv", "steps.jsonl", "tensorboard"]);
  await rm(folder, { recursive: true });
});
