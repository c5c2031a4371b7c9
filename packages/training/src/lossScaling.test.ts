import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime, type RuntimeName } from "@cxrkit/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { type FitOptions, fit, type LogEntry, planFit, type StepRecord } from "./index.js";

const model = linearModel([4, 4, 1], 2);
const data = { train: sourceOf(cornerRows(20), 8, ["nodule", "mass"], 3) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scale-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function run(options: Partial<FitOptions>, engine: RuntimeName = "onnx-cpu") {
  const steps: StepRecord[] = [];
  const result = await fit(model, data, {
    runtime: await openRuntime(engine),
    epochs: 4,
    batchSize: 8,
    learningRate: 0.05,
    onStep: (record) => steps.push(record),
    ...options,
  });
  return { ...result, scales: steps.map(({ lossScale }) => lossScale), steps };
}

test("a factor that is too large for float16 is halved until the gradients are finite, and what overflowed left no trace", async () => {
  const entries: LogEntry[] = [];
  const logger = { log: (entry: LogEntry) => void entries.push(entry) };
  const over = await run({
    precision: "float16",
    lossScaling: { initial: 2 ** 24 },
    loggers: [logger],
    steps: 9,
  });
  const { numSkipped, scales, history, warnings } = over;
  expect(numSkipped).toBeGreaterThan(3);
  expect(scales).toEqual(Array.from({ length: 9 }, (_, i) => 2 ** (24 - Math.min(i, numSkipped))));
  expect(history[0]).toMatchObject({ numSkipped: Math.min(numSkipped, 3), lossScale: scales[3] });
  expect(history.reduce((sum, record) => sum + (record.numSkipped ?? 0), 0)).toBe(numSkipped);
  expect(warnings).toEqual([]);
  const logged = entries.flatMap(({ scalars }) => scalars["train/lossScale"] ?? []);
  expect(logged).toEqual(scales);
  expect(Object.values(numbersOf(over.parameters)).flat().every(Number.isFinite)).toBe(true);
  // The model begins with zeros, so its loss is ln 2 until an update is made.
  for (const { loss } of over.steps.slice(0, numSkipped + 1)) expect(loss).toBeCloseTo(Math.LN2, 6);
  expect(over.steps.at(-1)?.loss).not.toBeCloseTo(Math.LN2, 6);
  expect(over.parameters.get("weight")?.data.some((value) => value !== 0)).toBe(true);
});

test.each<[string, Partial<FitOptions>]>([
  ["AdamW", {}],
  ["clipping and an average", { maxGradientNorm: 0.1, maxGradientValue: 0.05, ema: { decay: 0.9 } }],
  ["accumulation and momentum", { accumulate: 2, optimizer: "sgd", momentum: 0.9 }],
])("with float32 products a scaled run has the numbers of one that is not: %s", async (_, options) => {
  const plain = await run(options);
  const scaled = await run({ ...options, lossScaling: true });
  expect(new Set(scaled.scales)).toEqual(new Set([2 ** 16]));
  expect([scaled.numSkipped, plain.scales[0]]).toEqual([0, undefined]);
  for (const [name, { data }] of plain.parameters)
    expect(scaled.parameters.get(name)?.data).toBeAllclose(data, { rtol: 1e-6, atol: 1e-9 });
  expect(scaled.history.map(({ trainLoss }) => trainLoss)).toBeAllclose(
    plain.history.map(({ trainLoss }) => trainLoss),
    { rtol: 1e-6, atol: 0 },
  );
});

test("the factor doubles after so many finite updates in succession", async () => {
  const { scales } = await run({ lossScaling: { initial: 4, growthInterval: 3 } });
  expect(scales).toEqual([4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32]);
});

test("a run that is gone on with has the bits of one in a piece, in the middle of finding the factor", async () => {
  const options: Partial<FitOptions> = {
    precision: "float16",
    lossScaling: { initial: 2 ** 18, growthInterval: 4 },
    tensorFile: jsonTensorFile,
  };
  const whole = await run({ ...options, folder: join(folder, "whole"), steps: 11 });
  const parts = { ...options, folder: join(folder, "parts") };
  const first = await run({ ...parts, steps: 2 });
  const second = await run({ ...parts, steps: 6 });
  const third = await run({ ...parts, steps: 11 });
  expect([...first.scales, ...second.scales, ...third.scales]).toEqual(whole.scales);
  expect(new Set(whole.scales).size).toBeGreaterThan(2);
  expect(numbersOf(third.parameters)).toEqual(numbersOf(whole.parameters));
  expect(third.numSkipped).toBe(whole.numSkipped);
});

test("float16 scales by itself, and a folder does not go on under another precision", async () => {
  const { scales } = await run({ precision: "float16", folder, tensorFile: jsonTensorFile, steps: 1 });
  expect(scales).toEqual([2 ** 16]);
  await expect(run({ folder, tensorFile: jsonTensorFile })).rejects.toThrow(
    /^fit: precision must be "float16" as in the run that/,
  );
  const unscaled = await run({ precision: "float16", lossScaling: false, steps: 1 });
  expect(unscaled.scales).toEqual([undefined]);
});

test("a loss that is not finite stops a scaled run, and is left out where that is wanted", async () => {
  const { images, labels } = cornerRows(20);
  const broken = {
    images: images.map((image, i) => (i === 0 ? image.map(() => Number.NaN) : image)),
    labels,
  };
  const train = sourceOf(broken, 8, ["nodule", "mass"], 3);
  const options = { runtime: await openRuntime("onnx-cpu"), epochs: 1, batchSize: 8, learningRate: 0.05 };
  await expect(fit(model, { train }, { ...options, lossScaling: true })).rejects.toThrow(
    "fit: loss must be finite, got NaN",
  );
  const { numSkipped, warnings } = await fit(
    model,
    { train },
    { ...options, lossScaling: true, onNonFinite: "skip" },
  );
  expect([numSkipped, warnings.length]).toEqual([1, 1]);
});

test("fit refuses factors and intervals that are none", async () => {
  await expect(run({ lossScaling: { initial: 0 } })).rejects.toThrow("fit: lossScaling.initial must be");
  await expect(run({ lossScaling: { growthInterval: 1.5 } })).rejects.toThrow(
    "fit: lossScaling.growthInterval must be",
  );
  await expect(run({ precision: "float16" }, "cpu")).rejects.toThrow(
    'compile: precision must be "float32" on cpu, got "float16"',
  );
});

test("planFit says before the run what its intermediate results take, where a graph tells", async () => {
  const options = { epochs: 1, batchSize: 8, learningRate: 0.05 };
  const compiled = await planFit(model, data, { ...options, runtime: await openRuntime("onnx-cpu") });
  const eager = await planFit(model, data, { ...options, runtime: await openRuntime("cpu") });
  // Images, labels, mask and learning rate go in, and at least the logits come out.
  expect(compiled.activationBytes).toBeGreaterThan(4 * (8 * 16 + 2 * 8 * 2) + 4 * 8 * 2);
  expect(compiled.activationBytes).toBeLessThan(20_000);
  expect(eager.activationBytes).toBeUndefined();
});
