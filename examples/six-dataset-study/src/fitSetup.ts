import type { ImageStore } from "@cxrkit/datasets";
import { type BatchSource, constantSchedule, cosineSchedule, type FitOptions } from "@cxrkit/training";
import { imageSource } from "./imageSource.js";
import { macroAuc } from "./macroAuc.js";
import type { Recipe, Study } from "./StudyRecord.js";

/** The images of a training and those that choose its epoch. */
export function fitSources(
  { protocol, seed }: Study,
  { batchSize, rotationDegrees, shift }: Recipe,
  images: ImageStore,
  findings: readonly string[],
): { readonly train: BatchSource; readonly validation: BatchSource } {
  const { labels: policy, swapSides, lastBatch } = protocol;
  const numRows = images.rows("train").length;
  if (lastBatch === "drop" && numRows < batchSize)
    throw new RangeError(
      `study: training images must fill a batch of ${batchSize} where incomplete ones are dropped, got ${numRows}; lower --batch-size`,
    );
  const common = { findings, batchSize, policy };
  return {
    train: imageSource(images, {
      ...common,
      split: "train",
      seed,
      lastBatch,
      augment: { flip: true, swapSides, rotationDegrees, shift },
    }),
    validation: imageSource(images, {
      ...common,
      split: protocol.validation === "test" ? "test" : "valid",
    }),
  };
}

/** What recipe and protocol say of a training, as `fit` wants it. */
export function fitOptions(
  { protocol }: Pick<Study, "protocol">,
  recipe: Recipe,
  numImages: number,
): Pick<
  FitOptions,
  "epochs" | "batchSize" | "learningRate" | "weightDecay" | "maxGradientNorm" | "validate" | "monitor"
> {
  const { epochs, batchSize, learningRate, schedule, warmUp, weightDecay, maxGradientNorm } = recipe;
  const numSteps = epochs * Math.ceil(numImages / batchSize);
  const numWarmUpSteps = Math.min(numSteps - 1, Math.round(warmUp * numSteps));
  return {
    epochs,
    batchSize,
    learningRate:
      schedule === "cosine"
        ? cosineSchedule({ peak: learningRate, numSteps, numWarmUpSteps })
        : constantSchedule(learningRate),
    weightDecay,
    ...(maxGradientNorm === undefined ? {} : { maxGradientNorm }),
    validate: macroAuc,
    monitor: protocol.monitor,
  };
}
