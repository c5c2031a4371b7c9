import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openRuntime } from "@cxrkit/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { createBackground } from "./_background.js";
import { type FitOptions, fit, type LogEntry, type TensorFile } from "./index.js";

const findings = ["nodule", "mass"];
const model = linearModel([4, 4, 1], 2);
const data = { train: sourceOf(cornerRows(20), 8, findings, 3) };

let folder: string;
let base: FitOptions;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fit-"));
  const runtime = await openRuntime("cpu");
  base = { runtime, epochs: 4, batchSize: 8, learningRate: 0.05, folder, tensorFile: jsonTensorFile };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const uninterrupted = () => {
  const { folder: _, tensorFile: __, ...rest } = base;
  return fit(model, data, rest);
};

test("updates go on while a checkpoint is written, and the call ends when the last one is safe", async () => {
  let numWritten = 0;
  const steps: number[][] = [];
  const slow: TensorFile = {
    ...jsonTensorFile,
    write: async (...args) => {
      const seen: number[] = [];
      steps.push(seen);
      await setTimeout(60);
      await jsonTensorFile.write(...args);
      numWritten += 1;
    },
  };
  const { parameters } = await fit(model, data, {
    ...base,
    tensorFile: slow,
    onStep: ({ step }) => steps.at(-1)?.push(step),
  });
  expect(numWritten).toBe(4);
  expect(steps).toEqual([[4, 5, 6], [7, 8, 9], [10, 11, 12], []]);
  expect(numbersOf(parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
  const stored = await jsonTensorFile.read(join(folder, "epoch-0004.safetensors"));
  expect([...(stored.tensors.get("weight")!.data as Float32Array)]).toEqual(numbersOf(parameters).weight);
});

test("the best parameters stay as they were while later states are read and written", async () => {
  // Later updates are so large that the validation loss is least before the end.
  const learningRate = (step: number) => (step < 6 ? 0.05 : 20);
  const options = { ...base, epochs: 6, learningRate, keep: 6 };
  const { best } = await fit(model, { ...data, validation: data.train }, options);
  expect(best?.epoch).toBeLessThan(5);
  const own = join(folder, `epoch-000${best?.epoch}.safetensors`);
  for (const path of [own, join(folder, "best.safetensors")]) {
    const { tensors } = await jsonTensorFile.read(path);
    expect(numbersOf(best!.parameters).weight).toEqual([...(tensors.get("weight")!.data as Float32Array)]);
  }
});

describe("a disk that becomes full", () => {
  /** Leaves half of a file under a temporary name and fails, from the given file on. */
  const fullFrom = (name: string): TensorFile => ({
    ...jsonTensorFile,
    write: async (path, ...rest) => {
      if (!path.endsWith(name)) return jsonTensorFile.write(path, ...rest);
      await writeFile(`${path}.tmp`, '{"metadata":{},"tens');
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  });

  test.each([
    ["epoch-0003.safetensors", 9, 2],
    ["epoch-0001.safetensors", 3, 0],
    ["epoch-0004.safetensors", 12, 3],
    ["best.safetensors", 3, 1],
  ])(
    "at %s ends the run with one sentence, and the checkpoints before it are whole",
    async (name, step, whole) => {
      const withBest = { ...data, validation: data.train };
      const failed = fit(model, withBest, { ...base, tensorFile: fullFrom(name) });
      await expect(failed).rejects.toThrow(
        `fit: the position after update ${step} must be written to ${folder}, got: ENOSPC: no space left on device, write; the checkpoints before it are whole, and the same call goes on from them when the reason is gone`,
      );
      await expect(failed).rejects.toMatchObject({ cause: { code: "ENOSPC" } });
      expect(await readdir(folder)).not.toContain("lock");
      const resumed = await fit(model, withBest, base);
      expect(resumed.resumedFrom).toBe(whole);
      expect(numbersOf(resumed.parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
      expect((await readdir(folder)).filter((left) => left.endsWith("tmp"))).toEqual([]);
    },
  );

  test("ends the run within the next epoch and not at its last", async () => {
    const steps: number[] = [];
    const options = { ...base, epochs: 50, onStep: ({ step }: { step: number }) => steps.push(step) };
    await expect(
      fit(model, data, { ...options, tensorFile: fullFrom("epoch-0002.safetensors") }),
    ).rejects.toThrow("update 6");
    expect(steps.length).toBeLessThan(10);
  });
});

test("the log of a position is on the disk before its checkpoint is begun", async () => {
  const events: string[] = [];
  let waiting: LogEntry[] = [];
  const logger = {
    log: (entry: LogEntry) => {
      waiting.push(entry);
    },
    flush: async () => {
      events.push(...waiting.map(({ step, scalars }) => `${step} ${Object.keys(scalars)[0]}`));
      waiting = [];
    },
  };
  const tensorFile: TensorFile = {
    ...jsonTensorFile,
    write: async (path, ...rest) => {
      events.push(path.slice(folder.length + 1));
      await jsonTensorFile.write(path, ...rest);
    },
  };
  await fit(model, data, { ...base, epochs: 1, tensorFile, loggers: [logger] });
  expect(events).toEqual([
    "1 train/loss",
    "2 train/loss",
    "3 train/loss",
    "3 epoch/trainLoss",
    "epoch-0001.safetensors",
  ]);
});

test("a logger is told where a run begins, before anything is logged", async () => {
  const told: (string | number)[] = [];
  const logger = {
    begin: async (step: number) => {
      await setTimeout(5);
      told.push(step);
    },
    log: ({ step }: LogEntry) => {
      told.push(`${step}`);
    },
  };
  await fit(model, data, { ...base, epochs: 1, loggers: [logger] });
  await fit(model, data, { ...base, epochs: 2, loggers: [logger] });
  expect(told).toEqual([0, "1", "2", "3", "3", 3, "4", "5", "6", "6"]);
});

describe("work in the background", () => {
  test("is done one piece at a time and gets a twentieth of what an update took", async () => {
    const events: string[] = [];
    const background = createBackground();
    const piece = (name: string) => async () => {
      events.push(`${name} begins`);
      await setTimeout(40);
      events.push(`${name} ends`);
    };
    await background.begin(piece("a"));
    await background.begin(piece("b"));
    await background.share(20);
    events.push("shared");
    await background.share(10_000);
    events.push("shared again");
    await background.finish();
    expect(events).toEqual(["a begins", "a ends", "b begins", "shared", "b ends", "shared again"]);
  });
});
