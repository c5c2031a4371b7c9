import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, expectTypeOf, test } from "vitest";
import { cornerRows, float32, jsonTensorFile, linearModel, sourceOf } from "../test/tinyRun.js";
import type { BatchSource, FitOptions, TrainableModel } from "./index.js";
import { fit } from "./index.js";

const model = linearModel([4, 4, 1], 2);
const train = sourceOf(cornerRows(12), 8, ["nodule", "mass"]);

let base: FitOptions;
beforeAll(async () => {
  base = { runtime: await openRuntime("cpu"), epochs: 1, batchSize: 8, learningRate: 0.05 };
});

test.each<readonly [Partial<FitOptions>, string]>([
  [{ batchSize: 1.5 }, "fit: batchSize must be an integer of at least 1, got 1.5"],
  [{ epochs: 0 }, "fit: epochs must be an integer of at least 1, got 0"],
  [{ learningRate: -1 }, "fit: learningRate must be a finite number of at least 0, got -1"],
  [{ learningRate: () => Number.NaN }, "fit: learningRate must be finite and at least 0, got NaN at step 0"],
  [{ weightDecay: -1 }, "fit: weightDecay must be a finite number of at least 0, got -1"],
  [{ betas: [0.9, 1] }, "fit: betas[1] must be at least 0 and below 1, got 1"],
  [{ epsilon: 0 }, "fit: epsilon must be a finite number above 0, got 0"],
  [{ maxGradientNorm: 0 }, "fit: maxGradientNorm must be a finite number above 0, got 0"],
  [{ positiveWeights: [1] }, "fit: positiveWeights must hold 2 numbers, one a finding, got 1"],
  [{ positiveWeights: [1, 0] }, "fit: positiveWeights[1] (mass) must be a finite number above 0, got 0"],
  [{ epochs: undefined as never }, "fit: epochs or steps must be given, got neither"],
  [{ steps: 0 }, "fit: steps must be an integer of at least 1, got 0"],
  [{ accumulate: 0 }, "fit: accumulate must be an integer of at least 1, got 0"],
  [{ optimizer: "lion" as "adam" }, "fit: optimizer must be one of adamw, adam, sgd, got lion"],
  [{ momentum: 0.9 }, 'fit: optimizer must be "sgd" when momentum or nesterov is given, got adamw'],
  [{ optimizer: "sgd", nesterov: true }, "fit: momentum must be above 0 when nesterov is true, got 0"],
  [{ maxGradientValue: 0 }, "fit: maxGradientValue must be a finite number above 0, got 0"],
  [{ ema: { decay: 1 } }, "fit: ema.decay must be at least 0 and below 1, got 1"],
  [{ freeze: () => true }, "fit: freeze must leave at least one parameter to train, got all 2 frozen"],
  [
    { learningRateScale: () => -1 },
    "fit: learningRateScale of weight must be a finite number of at least 0, got -1",
  ],
  [{ loss: { kind: "focal", gamma: -1 } }, "fit: loss.gamma must be a finite number of at least 0, got -1"],
  [{ loss: { kind: "hinge" } as never }, "fit: loss.kind must be weightedBinaryCrossEntropy, focal, "],
  [{ onNonFinite: "go" as "stop" }, "fit: onNonFinite must be one of stop, skip, got go"],
  [{ validateEvery: { steps: 0 } }, "fit: validateEvery.steps must be an integer of at least 1, got 0"],
  [{ patience: 2 }, "fit: validation must be given when patience is, got undefined"],
  [{ minDelta: 0.1 }, "fit: patience must be given when minDelta is, got undefined"],
  [{ validateEvery: { epochs: 1 } }, "fit: validation must be given when validateEvery is, got undefined"],
  [{ keepBest: 2 }, "fit: validation must be given when keepBest above 1 is, got undefined"],
  [
    { validateEvery: { steps: 2, epochs: 1 } as never },
    "fit: validateEvery must have either epochs or steps, got both",
  ],
  [{ validateEvery: {} as never }, "fit: validateEvery must have either epochs or steps, got neither"],
  [
    { unfreeze: [{ parameters: [/bias/], after: { steps: 2, epochs: 1 } as never }] },
    "fit: unfreeze[0].after must have either epochs or steps, got both",
  ],
  [
    { optimizer: "sgd", betas: [0.9, 0.99] },
    'fit: optimizer must be "adamw" or "adam" when betas is given, got sgd',
  ],
  [
    { optimizer: "sgd", epsilon: 1e-6 },
    'fit: optimizer must be "adamw" or "adam" when epsilon is given, got sgd',
  ],
  [{ freeze: [/bias/, /haed/] }, "fit: freeze[1] must match a parameter, got /haed/, which matches none"],
  [{ precision: "fp16" as "float16" }, "fit: precision must be one of float32, float16, bfloat16, got fp16"],
  [{ seed: 0.5 }, "fit: seed must be an integer of at least 0, got 0.5"],
  [{ keepBest: 0 }, "fit: keepBest must be an integer of at least 1, got 0"],
  [{ keep: 0 }, "fit: keep must be an integer of at least 1, got 0"],
  [{ folder: "run" }, "fit: tensorFile must be given when folder is, got undefined"],
  [{ validate: () => 1 }, "fit: validation must be given when validate or monitor is, got undefined"],
])("option %j is refused", async (change, message) => {
  await expect(fit(model, { train }, { ...base, ...change })).rejects.toThrow(message);
});

test("the type refuses a length in two units", () => {
  expectTypeOf({ steps: 2, epochs: 1 }).not.toExtend<NonNullable<FitOptions["validateEvery"]>>();
  expectTypeOf({ steps: 2 }).toExtend<NonNullable<FitOptions["validateEvery"]>>();
});

test("a monitor that is not known is refused", async () => {
  const monitor = "auc" as "score";
  await expect(fit(model, { train, validation: train }, { ...base, monitor })).rejects.toThrow(
    "fit: monitor must be one of score, loss, got auc",
  );
});

test("a monitor without what it monitors is refused", async () => {
  await expect(fit(model, { train, validation: train }, { ...base, monitor: "score" })).rejects.toThrow(
    'fit: validate must be given when monitor is "score", got undefined',
  );
});

test.each<readonly [Partial<TrainableModel>, string]>([
  [{ numClasses: 3 }, "fit: train.findings must name 3 findings, one for each of the model's logits, got 2"],
  [{ numClasses: 0 }, "fit: model.numClasses must be an integer of at least 1, got 0"],
  [{ imageShape: [4, 0, 1] }, "fit: model.imageShape[1] must be an integer of at least 1, got 0"],
  [{ parameters: new Map() }, "fit: model.parameters must not be empty, got 0 entries"],
  [
    { parameters: new Map([["a", { dtype: "int32", shape: [1], data: new Int32Array(1) }]]) },
    "fit: parameter a must be float32, got int32",
  ],
  [
    { parameters: new Map([["a", float32([2], [1])]]) },
    "fit: parameter a must hold 2 numbers for shape [2], got 1",
  ],
  [
    { parameters: new Map([["optimizer/a", float32([1], [1])]]) },
    'fit: parameter optimizer/a must not begin with "optimizer/"',
  ],
  [{ logits: () => tf.zeros([8, 3]) }, "fit: model.logits must return shape [8,2], got [8,3]"],
  [{ logits: () => tf.zeros([8, 2]) }, "fit: model.logits must depend on at least one parameter"],
])("model %# is refused", async (change, message) => {
  await expect(fit({ ...model, ...change }, { train }, base)).rejects.toThrow(message);
});

const altered = (
  change: (batch: { images: Float32Array; labels: Float32Array; patientIds: string[] }) => object,
): BatchSource => ({
  ...train,
  async *batches(position) {
    for await (const batch of train.batches(position))
      yield {
        ...batch,
        ...change({
          images: batch.images as Float32Array,
          labels: batch.labels,
          patientIds: [...batch.patientIds],
        }),
      };
  },
});

test.each<readonly [string, BatchSource, string]>([
  [
    "with no images",
    { ...train, numImages: 0 },
    "fit: train.numImages must be an integer of at least 1, got 0",
  ],
  [
    "without batches",
    { ...train, batches: async function* () {} },
    "fit: train must give at least one batch, got none",
  ],
  [
    "naming a finding twice",
    { ...train, findings: ["mass", "mass"] },
    "fit: train.findings must differ from each other, got mass twice",
  ],
  [
    "of longer batches",
    sourceOf(cornerRows(12), 9, train.findings),
    "fit: train batch 0 must hold 1 to 8 images, the batch size, got 9",
  ],
  [
    "of other image sizes",
    altered(({ images }) => ({ images: images.subarray(8) })),
    "fit: train batch 0: images of 8 images must have shape [B, 4, 4, 1], 128 numbers, got 120",
  ],
  [
    "of images lying down",
    altered(() => ({ shape: [8, 2, 8, 1] })),
    "fit: train batch 0: images must have shape [8,4,4,1], got [8,2,8,1]",
  ],
  [
    "of too few labels",
    altered(({ labels }) => ({ labels: labels.subarray(1) })),
    "fit: train batch 0: labels of 8 images must have shape [B, 2], 16 numbers, got 15",
  ],
  [
    "with an uncertain label",
    altered(({ labels }) => ({ labels: labels.map((label, i) => (i === 5 ? -1 : label)) })),
    "fit: train batch 0: label mass of image image-2 must be 1, 0 or NaN (ignored), got -1",
  ],
  [
    "without patients",
    altered(() => ({ patientIds: [] })),
    "fit: train batch 0 must have as many patientIds as imageIds (8), got 0",
  ],
  [
    "of plain arrays",
    altered(({ images }) => ({ images: [...images] })),
    "fit: train batch 0: images must be a Float32Array",
  ],
])("a source %s is refused", async (_, source, message) => {
  await expect(fit(model, { train: source }, base)).rejects.toThrow(message);
});

test("a validation source with other findings is refused", async () => {
  const validation = { ...train, findings: ["mass", "nodule"] };
  await expect(fit(model, { train, validation }, base)).rejects.toThrow(
    "fit: validation.findings[0] must be nodule as in train, got mass",
  );
});

test("without a folder nothing is read or written", async () => {
  const never = () => Promise.reject(new Error("touched"));
  const tensorFile = { ...jsonTensorFile, read: never, write: never };
  const { step } = await fit(model, { train }, { ...base, tensorFile });
  expect(step).toBe(2);
});
