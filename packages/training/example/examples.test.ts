import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { beforeAll, expect, test } from "vitest";
import { cornerRows, linearModel, sourceOf } from "../test/tinyRun.js";
import { clipped, firstUpdate, spared } from "./adamW.example.js";
import { scoresOf } from "./predictions.example.js";
import { constantRates, cosineRates } from "./schedules.example.js";
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
});

test("predictions go through a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-"));
  const source = sourceOf(cornerRows(12), 8, ["nodule", "mass"]);
  const scores = await scoresOf(linearModel([4, 4, 1], 2), source, join(folder, "test.arrow"));
  expect(scores).toEqual(Array.from({ length: 12 }, () => 0.5));
  await rm(folder, { recursive: true });
});
