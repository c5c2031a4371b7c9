import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import fixture from "../fixtures/torch/unfreeze.json" with { type: "json" };
import { jsonTensorFile, numbersOf } from "../test/tinyRun.js";
import { trajectoryModel, trajectorySource } from "../test/trajectories.js";
import { type FitOptions, fit, planFit, predict, type TensorFile, type TrainableModel } from "./index.js";

interface Torch {
  readonly optimiser?: "Adam" | "SGD";
  readonly lr: number;
  readonly momentum?: number;
  readonly clip?: number;
  readonly joins: Readonly<Record<string, number>>;
}

const cases = Object.entries(fixture.input as unknown as Readonly<Record<string, Torch>>);
const data = { train: trajectorySource() };

/** Dropout on the hidden layer, whose masks are drawn for each batch. */
function dropoutModel(rate = 0.5): TrainableModel {
  const model = trajectoryModel();
  return {
    ...model,
    randomInputs: {
      kept: {
        shape: (batchSize) => [batchSize, 6],
        draw: (batchSize, random) =>
          Float32Array.from({ length: 6 * batchSize }, () => (random() < rate ? 0 : 1 / (1 - rate))),
      },
    },
    logits: (p, images, random) => {
      const linear = (x: tf.Tensor, name: string) =>
        tf.add(tf.matMul(x, p[`${name}.weight`]!, false, true), p[`${name}.bias`]!);
      const hidden = tf.tanh(linear(tf.reshape(images, [-1, 16]), "hidden"));
      return linear(random === undefined ? hidden : tf.mul(hidden, random.kept!), "head") as tf.Tensor2D;
    },
  };
}

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
  });

  test.each(cases)("parameters that join later move as PyTorch's new groups do: %s", async (name, torch) => {
    const expected = fixture.expected[name as keyof typeof fixture.expected];
    const losses: number[] = [];
    const { parameters } = await fit(trajectoryModel(), data, {
      runtime,
      steps: 100,
      batchSize: 8,
      optimizer: (torch.optimiser ?? "AdamW").toLowerCase() as "adamw" | "adam" | "sgd",
      learningRate: torch.lr,
      weightDecay: 0.1,
      ...(torch.momentum === undefined ? {} : { momentum: torch.momentum }),
      ...(torch.clip === undefined ? {} : { maxGradientNorm: torch.clip }),
      unfreeze: Object.entries(torch.joins).map(([parameter, steps]) => ({
        parameters: (own: string) => own === parameter,
        after: { steps },
      })),
      onStep: ({ loss }) => losses.push(loss),
    });
    expect(losses).toBeAllclose(expected.losses, { rtol: fixture.rtol });
    for (const [key, values] of Object.entries(expected.parameters))
      expect(parameters.get(key)!.data).toBeAllclose([values].flat(2), { rtol: 1e-3, atol: 1e-4 });
  });

  test("until they join, parameters and their average stay as they were to the bit", async () => {
    const first = numbersOf(trajectoryModel().parameters);
    const options = { runtime, batchSize: 8, learningRate: 0.1, weightDecay: 0.5, ema: { decay: 0.5 } };
    const unfreeze = [{ parameters: [/^hidden\./g], after: { epochs: 2 } }];
    const run = async (steps: number) => {
      const { parameters, averaged } = await fit(trajectoryModel(), data, { ...options, unfreeze, steps });
      return [numbersOf(parameters), numbersOf(averaged!)].map((arrays) => arrays["hidden.weight"]);
    };
    expect(await run(10)).toEqual([first["hidden.weight"], first["hidden.weight"]]);
    for (const moved of await run(11)) expect(moved).not.toEqual(first["hidden.weight"]);
  });

  test("other masks are drawn for each batch, and none where images are scored", async () => {
    const scores = async (model: TrainableModel) => {
      const table = await predict(model, trajectorySource(), { runtime, batchSize: 8 });
      return [...table.getChild("score:a")!];
    };
    expect(await scores(dropoutModel())).toEqual(await scores(trajectoryModel()));
    const losses = async (rate: number, seed: number) => {
      const found: number[] = [];
      const still = { runtime, batchSize: 8, learningRate: 0, epochs: 2, seed };
      await fit(dropoutModel(rate), data, { ...still, onStep: ({ loss }) => found.push(loss) });
      return found;
    };
    const [one, same, other] = [await losses(0.5, 1), await losses(0.5, 1), await losses(0.5, 2)];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one.slice(0, 5)).not.toEqual(one.slice(5));
    const none = await losses(0, 1);
    expect(none.slice(0, 5)).toEqual(none.slice(5));
  });
});

describe("in a folder", () => {
  let folder: string;
  let base: FitOptions;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "unfreeze-"));
    const runtime = await openRuntime("onnx-cpu");
    base = {
      runtime,
      epochs: 4,
      batchSize: 8,
      learningRate: 0.05,
      weightDecay: 0.1,
      seed: 3,
      folder,
      tensorFile: jsonTensorFile,
      unfreeze: [
        { parameters: [/^hidden\.bias/], after: { steps: 7 } },
        { parameters: [/^hidden\./], after: { epochs: 2 } },
      ],
    };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test.each<readonly [string, Partial<FitOptions>]>([
    ["as it is", {}],
    [
      "with two batches an update and an average",
      { accumulate: 2, ema: { decay: 0.9 }, maxGradientNorm: 0.3 },
    ],
    ["with updates that may be left out", { onNonFinite: "skip" }],
  ])(
    "a run with dropout whose parameters join later ends with the same bits after an end anywhere: %s",
    async (_, change) => {
      const { folder: __, tensorFile: ___, ...free } = { ...base, ...change };
      const whole = await fit(dropoutModel(), data, free);
      for (const step of [3, 7, 8, 10, 11].filter((one) => one < whole.step)) {
        const controller = new AbortController();
        const own = { ...base, ...change, folder: join(folder, String(step)) };
        const onStep = (record: { step: number }) =>
          record.step === step && controller.abort(new Error("ended"));
        await expect(
          fit(dropoutModel(), data, { ...own, signal: controller.signal, onStep }),
        ).rejects.toThrow("ended");
        const resumed = await fit(dropoutModel(), data, own);
        expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
        expect(numbersOf(resumed.averaged ?? new Map())).toEqual(numbersOf(whole.averaged ?? new Map()));
      }
    },
  );

  test("files written slowly, and the best parameters, are those of their epoch though parameters join meanwhile", async () => {
    const slow: TensorFile = {
      ...jsonTensorFile,
      write: async (...args) => {
        await setTimeout(40);
        await jsonTensorFile.write(...args);
      },
    };
    // Later updates are so large that the first epoch is the best.
    const learningRate = (step: number) => (step < 5 ? 0.05 : 20);
    const options = { ...base, learningRate, keep: 4 };
    const { folder: _, tensorFile: __, ...free } = options;
    const validated = { ...data, validation: data.train };
    const { best } = await fit(trajectoryModel(), validated, { ...options, tensorFile: slow });
    expect(best?.epoch).toBe(1);
    const storedIn = async (file: string) => (await jsonTensorFile.read(join(folder, file))).tensors;
    for (const epochs of [1, 2, 3, 4]) {
      const { parameters } = await fit(trajectoryModel(), data, { ...free, epochs });
      const stored = await storedIn(`epoch-000${epochs}.safetensors`);
      for (const [name, { data: values }] of parameters) expect(stored.get(name)?.data, name).toEqual(values);
      if (epochs > 1) continue;
      expect(numbersOf(best!.parameters)).toEqual(numbersOf(parameters));
      for (const [name, { data: values }] of await storedIn("best.safetensors"))
        expect(parameters.get(name)?.data, name).toEqual(values);
    }
  });

  test("another time of joining or another rate of dropout is another run", async () => {
    await fit(dropoutModel(), data, { ...base, epochs: 1 });
    await expect(fit(dropoutModel(0.25), data, base)).rejects.toThrow(
      "fit: randomInputs random/kept must be",
    );
    const unfreeze = [{ parameters: [/^hidden\./], after: { steps: 7 } }];
    await expect(fit(dropoutModel(), data, { ...base, unfreeze })).rejects.toThrow(
      "fit: unfreeze hidden.weight must be 10 as in the run that",
    );
  });

  test("a plan is that of the end, when all have joined", async () => {
    const { numTrained, secondsPerStep } = await planFit(dropoutModel(), data, base, { numTrialSteps: 1 });
    expect(numTrained).toBe(6 * 16 + 6 + 3 * 6 + 3);
    expect(secondsPerStep).toBeGreaterThan(0);
  });

  test("what cannot be is refused", async () => {
    const run = (unfreeze: FitOptions["unfreeze"]) =>
      fit(trajectoryModel(), data, { ...base, unfreeze: unfreeze! });
    await expect(run([{ parameters: [/x/], after: { steps: 3 } }])).rejects.toThrow(
      "fit: unfreeze[0].parameters must match a parameter that is neither frozen nor matched before, got none",
    );
    await expect(run([{ parameters: [/head/], after: { steps: 0 } }])).rejects.toThrow(
      "fit: unfreeze[0].after.steps must be an integer of at least 1, got 0",
    );
    await expect(run([{ parameters: () => true, after: { epochs: 1 } }])).rejects.toThrow(
      "fit: unfreeze must leave at least one parameter to train from the first update on, got all 4 joining later",
    );
    const model = dropoutModel();
    const short = { kept: { ...model.randomInputs!.kept!, draw: () => new Float32Array(3) } };
    await expect(fit({ ...model, randomInputs: short }, data, base)).rejects.toThrow(
      "fit: model.randomInputs.kept must draw a Float32Array of 48 numbers for shape [8,6], got 3",
    );
  });
});
