import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { type BatchSource, type FitOptions, fit, type ValidationRecord } from "./index.js";

const findings = ["nodule", "mass"];
const model = linearModel([4, 4, 1], 2);
const data = {
  train: sourceOf(cornerRows(20), 8, findings, 3),
  validation: sourceOf(cornerRows(12), 8, findings),
};

let folder: string;
let base: FitOptions;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fit-"));
  const runtime = await openRuntime("cpu");
  base = { runtime, epochs: 6, batchSize: 8, learningRate: 0.05, folder, tensorFile: jsonTensorFile };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A validation function that gives these scores one after the other. */
const giving = (...scores: number[]) => ({ validate: () => scores.shift()! });

describe("early stopping", () => {
  test("ends the run after so many validations without improvement, and the best is kept", async () => {
    const { history, endedBy, best } = await fit(model, data, {
      ...base,
      ...giving(1, 3, 2, 2.9, 9),
      patience: 2,
    });
    expect(history.map(({ validationScore }) => validationScore)).toEqual([1, 3, 2, 2.9]);
    expect([endedBy, best!.epoch, best!.step, best!.value]).toEqual(["patience", 2, 6, 3]);
  });

  test("does not count as improvement what is below minDelta", async () => {
    const { history, best } = await fit(model, data, {
      ...base,
      ...giving(1, 1.05, 1.09, 9),
      patience: 2,
      minDelta: 0.1,
    });
    expect(history).toHaveLength(3);
    expect(best!.value).toBe(1.09);
  });

  test("counts across a resume, and stays ended unless there is more patience", async () => {
    await fit(model, data, { ...base, epochs: 2, ...giving(3, 2) });
    const ended = await fit(model, data, { ...base, ...giving(1, 9), patience: 2 });
    expect([ended.endedBy, ended.history.length]).toEqual(["patience", 3]);
    const again = await fit(model, data, { ...base, ...giving(9), patience: 2 });
    expect([again.endedBy, again.history.length, again.resumedFrom]).toEqual(["patience", 3, 3]);
    const longer = await fit(model, data, { ...base, epochs: 4, ...giving(9), patience: 3 });
    expect([longer.endedBy, longer.best!.value]).toEqual(["epochs", 9]);
  });
});

describe("a length in updates", () => {
  test("ends inside an epoch with a validation, and more updates go on from there to the same bits", async () => {
    const { epochs: _, ...rest } = base;
    const first = await fit(model, data, { ...rest, steps: 4 });
    expect([first.step, first.endedBy, first.history.length]).toEqual([4, "steps", 1]);
    expect(first.validations.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    const { folder: __, tensorFile: ___, ...unsaved } = rest;
    const resumed = await fit(model, data, { ...rest, steps: 9 });
    const whole = await fit(model, data, { ...unsaved, steps: 9 });
    expect(whole.history).toHaveLength(3);
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
    expect(resumed.history.map(({ trainLoss }) => trainLoss)).toEqual(
      whole.history.map(({ trainLoss }) => trainLoss),
    );
    await expect(fit(model, data, { ...rest, steps: 8 })).rejects.toThrow(
      `fit: steps must be at least 9, the number that the run in ${folder} has done, got 8`,
    );
  });
});

describe("validation", () => {
  test("every two epochs happens there and at the end", async () => {
    const { validations, history } = await fit(model, data, {
      ...base,
      epochs: 5,
      validateEvery: { epochs: 2 },
    });
    expect(validations.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
    expect(history.map(({ validationLoss }) => validationLoss !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  test("every two updates is told of in order", async () => {
    const told: ValidationRecord[] = [];
    const { validations } = await fit(model, data, {
      ...base,
      epochs: 2,
      validateEvery: { steps: 2 },
      onValidation: (record) => told.push(record),
    });
    expect(validations.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 2],
      [2, 4],
      [2, 6],
    ]);
    expect(told).toEqual(validations);
    const losses = validations.map(({ loss }) => loss);
    expect(validations.map(({ isBest }) => isBest)).toEqual(
      losses.map((loss, i) => loss < Math.min(...losses.slice(0, i), Number.POSITIVE_INFINITY)),
    );
  });

  test("keeps the parameters of the best ones, and drops those that fall out", async () => {
    const scores = giving(3, 1, 5, 4, 2);
    await fit(model, data, { ...base, epochs: 5, keepBest: 2, ...scores });
    const kept = (await readdir(folder)).filter((name) => name.startsWith("best")).sort();
    expect(kept).toEqual(["best-00000009.safetensors", "best-00000012.safetensors", "best.safetensors"]);
    const [best, third] = await Promise.all(
      ["best.safetensors", "best-00000009.safetensors"].map((name) =>
        jsonTensorFile.read(join(folder, name)),
      ),
    );
    expect(best!.tensors.get("weight")!.data).toEqual(third!.tensors.get("weight")!.data);
  });

  test("with a loss of one's own uses its float64 form", async () => {
    const { weightedBinaryCrossEntropy } = await import("./weightedBinaryCrossEntropy.js");
    const { history } = await fit(model, data, {
      ...base,
      epochs: 1,
      loss: {
        kind: "custom",
        name: "half",
        ofTensors: (x, y, weights, mask) => tf.mul(weightedBinaryCrossEntropy(x, y, weights, { mask }), 0.5),
        ofNumbers: () => 0.25,
      },
    });
    expect(history[0]!.validationLoss).toBe(0.25);
    expect(history[0]!.trainLoss).toBeLessThan(0.4);
  });
});

describe("a loss that is not finite", () => {
  const broken = (...ids: string[]): BatchSource => ({
    ...data.train,
    async *batches(position) {
      for await (const batch of data.train.batches(position)) {
        const bad = batch.imageIds.some((id) => ids.includes(id));
        yield bad ? { ...batch, images: batch.images.map(() => Number.NaN) as Float32Array } : batch;
      }
    },
  });
  const { folder: _, ...unsaved } = { folder: "" };

  test.each([[{}], [{ maxGradientNorm: 1 }], [{ accumulate: 2 }], [{ optimizer: "sgd" as const }]])(
    "names the first parameter whose gradient is not finite, with %j",
    async (change) => {
      const { folder: __, ...rest } = base;
      const options = { ...rest, ...unsaved, ...change };
      await expect(fit(model, { train: broken("image-9") }, options)).rejects.toThrow(
        /on the images image-8, .*; the first parameter whose gradient is not finite is weight$/,
      );
    },
  );

  test("of a gradient that alone overflows names that parameter and no other", async () => {
    const { folder: __, ...rest } = base;
    const steep = {
      ...model,
      logits: (p: Parameters<typeof model.logits>[0], images: Parameters<typeof model.logits>[1]) =>
        model.logits({ ...p, weight: tf.mul(tf.mul(p.weight!, 1e30), 1e30) }, images),
    };
    const run = fit(steep, { train: data.train }, { ...rest, maxGradientNorm: 1 });
    await expect(run).rejects.toThrow(/first parameter whose gradient is not finite is weight$/);
    const biased = {
      ...model,
      logits: (p: Parameters<typeof model.logits>[0], images: Parameters<typeof model.logits>[1]) =>
        model.logits({ ...p, bias: tf.mul(tf.mul(p.bias!, 1e30), 1e30) }, images),
    };
    await expect(fit(biased, { train: data.train }, { ...rest, maxGradientNorm: 1 })).rejects.toThrow(
      /first parameter whose gradient is not finite is bias$/,
    );
  });

  test("is left out where that is wanted, counted and warned of, and nothing of it remains", async () => {
    const { folder: __, ...rest } = base;
    const options = { ...rest, epochs: 2, onNonFinite: "skip" as const };
    for (const change of [{}, { accumulate: 2 }, { maxGradientNorm: 1, ema: { decay: 0.9 } }]) {
      const { numSkipped, warnings, parameters, history, step } = await fit(
        model,
        { train: broken("image-1") },
        { ...options, ...change },
      );
      expect(numSkipped).toBe(2);
      expect(step).toBe("accumulate" in change ? 4 : 6);
      expect(warnings[0]).toMatch(/^fit: update 1 \(epoch 1\) was left out .*; images image-0, image-1/);
      expect(Object.values(numbersOf(parameters)).flat().every(Number.isFinite)).toBe(true);
      expect(history.every(({ trainLoss }) => trainLoss > 0)).toBe(true);
      expect(parameters.get("weight")!.data.some((value) => value !== 0)).toBe(true);
    }
  });

  test("in every update of an epoch stops the run all the same", async () => {
    const { folder: __, ...rest } = base;
    const ids = Array.from({ length: 20 }, (_, i) => `image-${i}`);
    await expect(fit(model, { train: broken(...ids) }, { ...rest, onNonFinite: "skip" })).rejects.toThrow(
      "fit: at least one update of epoch 1 must be finite, got 3 left out of 3",
    );
  });
});

describe("the lock of a run folder", () => {
  const lock = () => join(folder, "lock");

  test("refuses a second run, and is gone after each run and each failure", async () => {
    let end!: (outcome: unknown) => void;
    const second = new Promise<unknown>((resolve) => {
      end = resolve;
    });
    // The third batch comes when the second run has been refused, so the first one is under way until then.
    const train: BatchSource = {
      ...data.train,
      async *batches(place) {
        let batches = 0;
        for await (const batch of data.train.batches(place)) {
          if (++batches === 3) await second;
          yield batch;
        }
      },
    };
    await fit(
      model,
      { ...data, train },
      {
        ...base,
        epochs: 1,
        onStep: ({ step }) => {
          if (step === 1) fit(model, data, base).then(end, end);
        },
      },
    );
    expect(String(await second)).toMatch(/must not be in use by another run, got one of process \d+ on/);
    expect(await readdir(folder)).not.toContain("lock");
    await expect(fit(model, data, { ...base, batchSize: 4 })).rejects.toThrow("batchSize must be 8");
    expect((await readdir(folder)).filter((name) => name.startsWith("lock"))).toEqual([]);
  });

  test("of a process that is gone, or of another one with its number, is taken over", async () => {
    for (const holder of [
      { pid: 2 ** 22 + 1, host: hostname(), started: "" },
      { pid: process.pid, host: hostname(), started: "1" },
    ]) {
      // Only Linux says when a process began.
      if (holder.started !== "" && process.platform !== "linux") continue;
      await writeFile(lock(), JSON.stringify(holder));
      await fit(model, data, { ...base, epochs: 1 });
      expect(await readdir(folder)).not.toContain("lock");
    }
  });

  test("of another machine is not", async () => {
    await writeFile(lock(), JSON.stringify({ pid: 1, host: "elsewhere", started: "" }));
    await expect(fit(model, data, base)).rejects.toThrow(
      /got one of process 1 on elsewhere; .* delete .*lock/,
    );
    expect(await readFile(lock(), "utf8")).toContain("elsewhere");
  });

  test("that is not whole is taken over, since a lock appears whole or not at all", async () => {
    await writeFile(lock(), "{");
    expect((await fit(model, data, { ...base, epochs: 1 })).step).toBe(3);
  });
});
