import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { fit, planFit } from "./index.js";

const model = linearModel([4, 4, 1], 2);
const data = {
  train: sourceOf(cornerRows(20), 8, ["nodule", "mass"]),
  validation: sourceOf(cornerRows(12), 8, ["nodule", "mass"]),
};

test("a plan counts parameters, steps and bytes, and times with the clock it is given", async () => {
  const runtime = await openRuntime("cpu");
  let time = 0;
  let memory = 1000;
  const now = () => {
    time += 250;
    return time;
  };
  const options = {
    runtime,
    epochs: 3,
    batchSize: 8,
    learningRate: 0.1,
    freeze: [/bias/],
    ema: { decay: 0.9 },
    now,
  };
  const plan = await planFit(model, data, options, {
    memory: () => {
      memory += 500;
      return memory;
    },
  });
  expect(plan).toEqual({
    numParameters: 34,
    numTrained: 32,
    stepsPerEpoch: 3,
    stateBytes: 4 * (34 + 3 * 32),
    diskBytes: 0,
    memoryBytes: 500,
    secondsPerStep: 0.25,
    secondsPerValidation: 0.5,
    secondsPerEpoch: 3 * 0.25 + 0.5,
  });
  const halved = await planFit(model, data, { ...options, accumulate: 2 });
  expect(halved.stepsPerEpoch).toBe(2);
});

test("a plan touches neither folder nor model, and the folder never grows beyond it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plan-"));
  const raw = { tensorFile: { ...jsonTensorFile } };
  const options = { runtime: await openRuntime("cpu"), epochs: 3, batchSize: 8, learningRate: 0.1, folder };
  const before = numbersOf(model.parameters);
  const { diskBytes } = await planFit(model, data, { ...options, ...raw, keepBest: 2 });
  expect(await readdir(folder)).toEqual([]);
  expect(numbersOf(model.parameters)).toEqual(before);
  let most = 0;
  const sized = {
    ...jsonTensorFile,
    write: async (...args: Parameters<typeof jsonTensorFile.write>) => {
      await jsonTensorFile.write(...args);
      const names = (await readdir(folder)).filter((name) => name.endsWith(".safetensors"));
      const tensors = await Promise.all(names.map((name) => jsonTensorFile.read(join(folder, name))));
      const bytes = tensors.flatMap(({ tensors: all }) =>
        [...all.values()].map(({ data: d }) => d.byteLength),
      );
      most = Math.max(
        most,
        bytes.reduce((sum, size) => sum + size, 0),
      );
    },
  };
  await fit(model, data, { ...options, tensorFile: sized, keepBest: 2 });
  expect(most).toBeGreaterThan(0.5 * diskBytes);
  expect(most).toBeLessThanOrEqual(diskBytes);
  expect((await stat(folder)).isDirectory()).toBe(true);
  await rm(folder, { recursive: true });
});

test("a plan refuses what fit refuses", async () => {
  const runtime = await openRuntime("cpu");
  const options = { runtime, epochs: 1, batchSize: 8, learningRate: 0.1 };
  await expect(planFit(model, data, { ...options, epochs: 0 })).rejects.toThrow("fit: epochs must be");
  await expect(planFit(model, data, options, { numTrialSteps: 0 })).rejects.toThrow(
    "planFit: numTrialSteps must be an integer of at least 1, got 0",
  );
});
