import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cornerRows, jsonTensorFile, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { type BatchSource, type FitOptions, fit, type TensorFile } from "./index.js";

const findings = ["nodule", "mass"];
const model = linearModel([4, 4, 1], 2);
const data = {
  train: sourceOf(cornerRows(20), 8, findings, 3),
  validation: sourceOf(cornerRows(12), 8, findings),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fit-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const inFolder = async () => (await readdir(folder)).sort();
const damage = async (name: string, change: (text: string) => string) => {
  const path = join(folder, name);
  await writeFile(path, change(await readFile(path, "utf8")));
};

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  let base: FitOptions;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
  });
  beforeEach(() => {
    base = {
      runtime,
      epochs: 5,
      batchSize: 8,
      learningRate: 0.05,
      weightDecay: 0.1,
      folder,
      tensorFile: jsonTensorFile,
    };
  });

  /** Ends a run after the given update by its signal. */
  const interruptAt = async (step: number) => {
    const controller = new AbortController();
    const onStep = (record: { step: number }) =>
      record.step === step && controller.abort(new Error("interrupted"));
    await expect(fit(model, data, { ...base, signal: controller.signal, onStep })).rejects.toThrow(
      "interrupted",
    );
  };

  /** Ends a run when it asks for the given batch of an epoch, as a kill would: nothing is saved any more. */
  const killAt = async (wanted: number, batch: number) => {
    const { train } = data;
    const dying: BatchSource = {
      ...train,
      async *batches(position) {
        let index = position.start;
        for await (const one of train.batches(position)) {
          if (position.epoch === wanted && index === batch) throw new Error("killed");
          index += 1;
          yield one;
        }
      },
    };
    await expect(fit(model, { ...data, train: dying }, base)).rejects.toThrow("killed");
  };

  const uninterrupted = () => {
    const { folder: _, tensorFile: __, ...rest } = base;
    return fit(model, data, rest);
  };

  const losses = ({
    history,
  }: {
    history: readonly { trainLoss: number; validationLoss: number | undefined }[];
  }) => history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);

  test.each([1, 3, 7, 11, 14])(
    "a run interrupted after update %i and gone on with ends with the same bits",
    async (step) => {
      await interruptAt(step);
      const resumed = await fit(model, data, base);
      const whole = await uninterrupted();
      // An abort at the last update of an epoch is seen before its validation.
      expect(resumed.resumedFrom).toBe(Math.floor((step - 1) / 3));
      expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
      expect(numbersOf(resumed.best!.parameters)).toEqual(numbersOf(whole.best!.parameters));
      expect(losses(resumed)).toEqual(losses(whole));
      expect(resumed.step).toBe(15);
      const log = (await readFile(join(folder, "log.jsonl"), "utf8")).trim().split("\n");
      expect(log.map((line) => JSON.parse(line).trainLoss)).toEqual(
        whole.history.map(({ trainLoss }) => trainLoss),
      );
    },
  );

  describe.each<readonly [string, Partial<FitOptions>]>([
    ["an average of the weights", { ema: { decay: 0.9, warmUp: true } }],
    ["two batches an update", { accumulate: 2, maxGradientNorm: 0.5 }],
    ["momentum", { optimizer: "sgd", momentum: 0.9, nesterov: true }],
    ["frozen and slowed parameters", { freeze: [/bias/], learningRateScale: () => 0.5, optimizer: "adam" }],
    ["validation by updates", { validateEvery: { steps: 2 }, ema: { decay: 0.5 }, keepBest: 2 }],
    ["updates left out", { onNonFinite: "skip", accumulate: 2, ema: { decay: 0.5 } }],
  ])("with %s", (_, change) => {
    beforeEach(() => {
      base = { ...base, ...change };
    });

    const sameAsWhole = async (numFirstEpochs: number) => {
      const resumed = await fit(model, data, base);
      const whole = await uninterrupted();
      expect(resumed.resumedFrom).toBe(numFirstEpochs);
      expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
      expect(numbersOf(resumed.averaged ?? new Map())).toEqual(numbersOf(whole.averaged ?? new Map()));
      expect(numbersOf(resumed.best!.parameters)).toEqual(numbersOf(whole.best!.parameters));
      expect(resumed.best!.step).toBe(whole.best!.step);
      expect(losses(resumed)).toEqual(losses(whole));
      expect(resumed.validations).toEqual(whole.validations);
      expect([resumed.step, resumed.numSkipped]).toEqual([whole.step, whole.numSkipped]);
    };

    test.each([
      [1, 1],
      [3, 2],
      [4, 0],
    ])("a run killed in epoch %i at batch %i ends with the same bits", async (epoch, batch) => {
      await killAt(epoch, batch);
      await sameAsWhole(epoch - 1);
    });

    test.each([1, 3, 4, 7])(
      "a run ended by its signal after update %i ends with the same bits",
      async (step) => {
        await interruptAt(step);
        const perEpoch = base.accumulate === 2 ? 2 : 3;
        // Where an epoch's end is not validated, a signal at its last update lets it end.
        const seen = base.validateEvery === undefined ? step - 1 : step;
        await sameAsWhole(Math.floor(seen / perEpoch));
      },
    );
  });

  test("a signal in the middle of an epoch loses no update of it", async () => {
    await interruptAt(4);
    expect(await inFolder()).toEqual([
      "best.safetensors",
      "epoch-0001-batch-000001.safetensors",
      "epoch-0001.safetensors",
      "log.jsonl",
    ]);
    const steps: number[] = [];
    const { history } = await fit(model, data, { ...base, onStep: ({ step }) => steps.push(step) });
    expect(steps[0]).toBe(5);
    expect(history[1]).toMatchObject({ epoch: 2, numImages: 20 });
  });

  test("a signal during the validation of an epoch does not train it again", async () => {
    const controller = new AbortController();
    const { validation } = data;
    const stopping: BatchSource = {
      ...validation,
      async *batches(position) {
        controller.abort(new Error("interrupted"));
        yield* validation.batches(position);
      },
    };
    const stopped = fit(model, { ...data, validation: stopping }, { ...base, signal: controller.signal });
    await expect(stopped).rejects.toThrow("interrupted");
    expect(await inFolder()).toEqual(["epoch-0000-batch-000003.safetensors", "log.jsonl"]);
    const steps: number[] = [];
    const resumed = await fit(model, data, { ...base, onStep: ({ step }) => steps.push(step) });
    expect(steps[0]).toBe(4);
    expect(losses(resumed)).toEqual(losses(await uninterrupted()));
  });

  test("a position that cannot be saved is warned of, and the signal's reason still ends the run", async () => {
    const controller = new AbortController();
    const warnings: string[] = [];
    const refusing: TensorFile = {
      ...jsonTensorFile,
      write: async () => Promise.reject(new Error("no space left")),
    };
    const stopped = fit(model, data, {
      ...base,
      tensorFile: refusing,
      signal: controller.signal,
      onStep: () => controller.abort(new Error("interrupted")),
      onWarning: (message) => warnings.push(message),
    });
    await expect(stopped).rejects.toThrow("interrupted");
    expect(warnings).toEqual([
      "fit: the position at which the run was ended could not be saved: no space left",
    ]);
  });

  test("a run killed while it wrote a position inside an epoch goes on from the one before", async () => {
    await interruptAt(4);
    await damage("epoch-0001-batch-000001.safetensors", (text) => text.slice(0, 100));
    const resumed = await fit(model, data, base);
    expect(resumed.warnings[0]).toContain("epoch-0001-batch-000001.safetensors must be readable");
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
  });

  test("more epochs go on where fewer ended, and the newest two checkpoints are kept", async () => {
    await fit(model, data, { ...base, epochs: 2 });
    const longer = await fit(model, data, base);
    expect(longer.resumedFrom).toBe(2);
    expect(numbersOf(longer.parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
    expect(await inFolder()).toEqual([
      "best.safetensors",
      "epoch-0004.safetensors",
      "epoch-0005.safetensors",
      "log.jsonl",
    ]);
    const again = await fit(model, data, base);
    expect(numbersOf(again.parameters)).toEqual(numbersOf(longer.parameters));
    expect(numbersOf(again.best!.parameters)).toEqual(numbersOf(longer.best!.parameters));
    await expect(fit(model, data, { ...base, epochs: 3 })).rejects.toThrow(
      `fit: epochs must be at least 5, the number that the run in ${folder} has done, got 3`,
    );
  });

  test.each([
    [
      "cut off",
      (text: string) => text.slice(0, text.length / 2),
      /must be readable, got: .*; it is passed over$/,
    ],
    ["empty", () => "", /must be readable/],
    [
      "with one number changed",
      (text: string) => text.replace(/("bias":\{[^}]*"data":")./, "$1z"),
      /must have the SHA-256/,
    ],
    [
      "without its record",
      (text: string) => text.replace("cxrkit.training", "other"),
      /must hold the metadata/,
    ],
  ])("a checkpoint that is %s is reported and passed over", async (_, change, message) => {
    await fit(model, data, { ...base, epochs: 3 });
    await damage("epoch-0003.safetensors", change);
    const told: string[] = [];
    const resumed = await fit(model, data, { ...base, onWarning: (text) => told.push(text) });
    expect(resumed.resumedFrom).toBe(2);
    expect(told[0]).toMatch(message);
    expect(told[0]).toContain(join(folder, "epoch-0003.safetensors"));
    expect(resumed.warnings).toEqual(told);
    const whole = await uninterrupted();
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
    expect(numbersOf(resumed.best!.parameters)).toEqual(numbersOf(whole.best!.parameters));
  });

  test("a run whose only checkpoint is damaged begins anew", async () => {
    await fit(model, data, { ...base, epochs: 1 });
    await damage("epoch-0001.safetensors", () => "{");
    const resumed = await fit(model, data, base);
    expect(resumed.resumedFrom).toBe(0);
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
  });

  test("a run killed between a checkpoint and its best file has both after going on, and no half-written file", async () => {
    await fit(model, data, { ...base, epochs: 2 });
    const older = await readFile(join(folder, "best.safetensors"));
    await fit(model, data, { ...base, epochs: 3 });
    await writeFile(join(folder, "best.safetensors"), older);
    await rm(join(folder, "log.jsonl"));
    for (const left of ["log.jsonl.77.tmp", "epoch-0004.safetensors.77.tmp", ".best.safetensors.0a1b.tmp"])
      await writeFile(join(folder, left), "half");
    await writeFile(join(folder, "notes.tmp"), "mine");
    const { best, history } = await fit(model, data, { ...base, epochs: 3 });
    expect(best!.epoch).toBe(3);
    const stored = await jsonTensorFile.read(join(folder, "best.safetensors"));
    expect(stored.tensors.get("weight")!.data).toEqual(best!.parameters.get("weight")!.data);
    expect([...stored.tensors.keys()]).toEqual(["weight", "bias"]);
    expect((await readFile(join(folder, "log.jsonl"), "utf8")).trim().split("\n")).toHaveLength(
      history.length,
    );
  });

  test("a disk that is full stops the run and leaves the last checkpoint whole", async () => {
    const full: TensorFile = {
      ...jsonTensorFile,
      write: async (path, ...rest) => {
        if (path.includes("epoch-0003")) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        return jsonTensorFile.write(path, ...rest);
      },
    };
    await expect(fit(model, data, { ...base, tensorFile: full })).rejects.toThrow("no space left");
    const resumed = await fit(model, data, base);
    expect(resumed.resumedFrom).toBe(2);
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf((await uninterrupted()).parameters));
  });
});
