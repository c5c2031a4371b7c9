import { openRuntime, type Runtime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/torch/fit.json" with { type: "json" };
import { cornerRows, float32, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import type { BatchSource, FitOptions, StepRecord, TrainableModel } from "./index.js";
import { cosineSchedule, fit } from "./index.js";

const findings = ["nodule", "mass"];

/** The two-layer network of the fixture. */
function fixtureModel(): TrainableModel {
  const { start } = fixture.input;
  return {
    parameters: new Map([
      ["hidden.weight", float32([6, 16], start["hidden.weight"].flat())],
      ["hidden.bias", float32([6], start["hidden.bias"])],
      ["head.weight", float32([3, 6], start["head.weight"].flat())],
      ["head.bias", float32([3], start["head.bias"])],
    ]),
    imageShape: [4, 4, 1],
    numClasses: 3,
    logits: (p, images) => {
      const linear = (x: tf.Tensor, name: string) =>
        tf.add(tf.matMul(x, p[`${name}.weight`]!, false, true), p[`${name}.bias`]!);
      return linear(tf.tanh(linear(tf.reshape(images, [-1, 16]), "hidden")), "head") as tf.Tensor2D;
    },
  };
}

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  let base: FitOptions;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
    base = { runtime, epochs: 3, batchSize: 8, learningRate: 0.05 };
  });

  test("a model that takes bytes learns and scores as one that takes the same numbers", async () => {
    const bytes = cornerRows(19).images.map((image) => image.map((pixel) => Math.round(255 * pixel)));
    const { labels } = cornerRows(19);
    const source = sourceOf({ images: bytes, labels }, 8, findings);
    const asBytes: BatchSource = {
      ...source,
      async *batches(position) {
        for await (const batch of source.batches(position))
          yield { ...batch, images: Uint8Array.from(batch.images) };
      },
    };
    const linear = linearModel(
      [4, 4, 1],
      2,
      Array.from({ length: 32 }, (_, i) => Math.sin(i)),
    );
    const model: TrainableModel = {
      ...linear,
      logits: (parameters, images) => linear.logits(parameters, tf.div(images, 255)),
    };
    const byteModel: TrainableModel = { ...model, imageDType: "uint8" };
    const floats = await fit(model, { train: source, validation: source }, base);
    const trained = await fit(byteModel, { train: asBytes, validation: asBytes }, base);
    const losses = ({ history }: typeof floats) =>
      history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
    expect(losses(trained)).toEqual(losses(floats));
    expect([...trained.parameters]).toEqual([...floats.parameters]);
    await expect(fit(byteModel, { train: source }, base)).rejects.toThrow(
      new TypeError("fit: train batch 0: images must be a Uint8Array"),
    );
    await expect(fit({ ...model, imageDType: "int8" as "uint8" }, { train: source }, base)).rejects.toThrow(
      'fit: model.imageDType must be "float32" or "uint8", got int8',
    );
  });

  test("losses, gradient norms and parameters of twenty updates equal PyTorch's", async () => {
    const { input, expected, rtol } = fixture;
    const steps: StepRecord[] = [];
    const source = sourceOf(input, input.batchSize, ["a", "b", "c"]);
    const { parameters, step, history } = await fit(
      fixtureModel(),
      { train: source, validation: source },
      {
        runtime,
        epochs: input.epochs,
        batchSize: input.batchSize,
        learningRate: cosineSchedule({
          peak: input.peak,
          numSteps: input.total,
          numWarmUpSteps: input.warmup,
          final: input.final,
        }),
        betas: input.betas as [number, number],
        weightDecay: input.decay,
        maxGradientNorm: input.clip,
        positiveWeights: input.positiveWeights,
        onStep: (record) => steps.push(record),
      },
    );
    expect(step).toBe(20);
    expect(steps.map(({ loss }) => loss)).toBeAllclose(expected.losses, { rtol });
    expect(steps.map(({ gradientNorm }) => gradientNorm!)).toBeAllclose(expected.gradientNorms, { rtol });
    expect(history.at(-1)!.validationLoss).toBeCloseTo(expected.finalLoss, 5);
    for (const [name, values] of Object.entries(expected.parameters))
      expect(parameters.get(name)!.data).toBeAllclose(values.flat(), { rtol, atol: 1e-5 });
  });

  test("a linear model learns what can be seen, and the best epoch is the one validate likes most", async () => {
    const train = sourceOf(cornerRows(64), 8, findings, 5);
    const validation = sourceOf(cornerRows(40), 8, findings);
    const scores: number[] = [];
    const { history, best, parameters } = await fit(
      linearModel([4, 4, 1], 2),
      { train, validation },
      {
        ...base,
        epochs: 20,
        validate: (labels, { data, rows, columns }) => {
          expect([labels.rows, labels.columns, rows, columns, data.length]).toEqual([40, 2, 40, 2, 80]);
          const counted = [...Array(80).keys()].filter((i) => !Number.isNaN(labels.data[i]));
          scores.push(
            counted.filter((i) => data[i]! > 0.5 === (labels.data[i] === 1)).length / counted.length,
          );
          return scores.at(-1)!;
        },
      },
    );
    expect(history[0]!.trainLoss).toBeGreaterThan(0.6);
    expect(history.at(-1)!.trainLoss).toBeLessThan(0.4);
    const highest = Math.max(...scores);
    expect(highest).toBeGreaterThan(0.8);
    expect(best).toMatchObject({ monitor: "score", value: highest, epoch: scores.indexOf(highest) + 1 });
    expect(history.map(({ validationScore }) => validationScore)).toEqual(scores);
    expect(history.filter(({ isBest }) => isBest).at(-1)!.epoch).toBe(best!.epoch);
    expect(parameters.get("weight")!.shape).toEqual([2, 16]);
  });

  test("two runs give the same bits", async () => {
    const run = () => fit(linearModel([4, 4, 1], 2), { train: sourceOf(cornerRows(20), 8, findings) }, base);
    const [first, second] = [await run(), await run()];
    expect(numbersOf(first.parameters)).toEqual(numbersOf(second.parameters));
  });

  test("a parameter that the model does not use stays as it is", async () => {
    const model = linearModel([4, 4, 1], 2);
    const parameters = new Map([...model.parameters, ["mask_token", float32([1, 3], [1, 2, 3])] as const]);
    const train = sourceOf(cornerRows(20), 8, findings);
    const result = await fit({ ...model, parameters }, { train }, { ...base, weightDecay: 0.1 });
    expect([...result.parameters.get("mask_token")!.data]).toEqual([1, 2, 3]);
    expect(result.parameters.get("weight")!.data.some((value) => value !== 0)).toBe(true);
  });

  test("a batch without any label that counts changes nothing but through the momentum", async () => {
    const rows = cornerRows(8);
    const train = sourceOf({ ...rows, labels: rows.labels.map(() => [null, null]) }, 8, findings);
    const { parameters } = await fit(linearModel([4, 4, 1], 2), { train }, base);
    expect(parameters.get("weight")!.data.every((value) => value === 0)).toBe(true);
  });

  test("a loss that is not finite stops the run and names step and images", async () => {
    const rows = cornerRows(12);
    const images = rows.images.map((image, i) => (i === 9 ? image.map(() => Number.NaN) : image));
    const train = sourceOf({ ...rows, images }, 8, findings);
    await expect(fit(linearModel([4, 4, 1], 2), { train }, base)).rejects.toThrow(
      "fit: loss must be finite, got NaN at step 2 (epoch 1) on the images image-8, image-9, image-10, image-11; look at these images, or lower the learning rate",
    );
  });

  test("parameters that are not finite stop the run although the loss was", async () => {
    const train = sourceOf(cornerRows(8), 8, findings);
    const steep = { ...base, epochs: 1, learningRate: 1e38, weightDecay: 1e38, spared: () => false };
    const start = Array.from({ length: 32 }, () => 1e-3);
    await expect(fit(linearModel([4, 4, 1], 2, start), { train }, steep)).rejects.toThrow(
      /^fit: \S+ must be finite, got NaN or an infinity after epoch 1/,
    );
  });

  test("callbacks are told every step and epoch, and cannot break the run", async () => {
    const train = sourceOf(cornerRows(20), 8, findings);
    const steps: StepRecord[] = [];
    let time = 0;
    const { numCallbackErrors, firstCallbackError, history } = await fit(
      linearModel([4, 4, 1], 2),
      { train },
      {
        ...base,
        epochs: 2,
        now: () => {
          time += 500;
          return time;
        },
        onStep: (record) => {
          steps.push(record);
          throw new Error("full");
        },
        onEpoch: async () => {
          throw new Error("late");
        },
      },
    );
    expect(steps.map(({ epoch, step, stepInEpoch }) => [epoch, step, stepInEpoch])).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [1, 3, 3],
      [2, 4, 1],
      [2, 5, 2],
      [2, 6, 3],
    ]);
    expect(steps.map(({ secondsLeft }) => secondsLeft)).toEqual([2.5, 2, 1.5, 1, 0.5, 0]);
    expect(steps[2]!.imagesPerSecond).toBeCloseTo(20 / 1.5, 12);
    expect(numCallbackErrors).toBe(8);
    expect(firstCallbackError).toEqual(new Error("full"));
    expect(history.map(({ epoch, numImages }) => [epoch, numImages])).toEqual([
      [1, 20],
      [2, 20],
    ]);
  });

  test("the next batch is being read while a step runs", async () => {
    const inner = sourceOf(cornerRows(24), 8, findings);
    const events: string[] = [];
    const train: BatchSource = {
      ...inner,
      async *batches(position) {
        for await (const batch of inner.batches(position)) {
          events.push(`read ${batch.imageIds[0]}`);
          yield batch;
        }
      },
    };
    const onStep = ({ step }: StepRecord) => events.push(`step ${step}`);
    await fit(linearModel([4, 4, 1], 2), { train }, { ...base, epochs: 1, onStep });
    expect(events.indexOf("read image-8")).toBeLessThan(events.indexOf("step 1"));
    expect(events.indexOf("read image-16")).toBeLessThan(events.indexOf("step 2"));
  });

  test("a source that fails in the middle fails the run with its own error", async () => {
    const inner = sourceOf(cornerRows(24), 8, findings);
    const train: BatchSource = {
      ...inner,
      async *batches(position) {
        for await (const batch of inner.batches(position)) {
          if (batch.imageIds[0] === "image-16") throw new Error("disk gone");
          yield batch;
        }
      },
    };
    await expect(fit(linearModel([4, 4, 1], 2), { train }, base)).rejects.toThrow("disk gone");
  });

  test("an aborted run ends with the signal's reason and closes the source", async () => {
    let closed = 0;
    const inner = sourceOf(cornerRows(24), 8, findings);
    const train: BatchSource = {
      ...inner,
      async *batches(position) {
        try {
          yield* inner.batches(position);
        } finally {
          closed += 1;
        }
      },
    };
    const controller = new AbortController();
    const onStep = ({ step }: StepRecord) => step === 2 && controller.abort(new Error("enough"));
    const options = { ...base, signal: controller.signal, onStep };
    await expect(fit(linearModel([4, 4, 1], 2), { train }, options)).rejects.toThrow("enough");
    expect(closed).toBe(1);
    await expect(fit(linearModel([4, 4, 1], 2), { train }, options)).rejects.toThrow("enough");
  });
});

test("the number of tensors stays the same from step to step and returns to where it was", async () => {
  const runtime = await openRuntime("cpu");
  const before = tf.memory().numTensors;
  const counts: number[] = [];
  const source = sourceOf(cornerRows(40), 8, findings);
  await fit(
    linearModel([4, 4, 1], 2),
    { train: source, validation: source },
    {
      runtime,
      epochs: 3,
      batchSize: 8,
      learningRate: 0.01,
      maxGradientNorm: 1,
      onStep: () => counts.push(tf.memory().numTensors),
    },
  );
  expect(counts).toHaveLength(15);
  expect(new Set(counts).size).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
});
