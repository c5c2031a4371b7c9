import { resolve } from "node:path";
import { type VitConfig, vitPresets } from "@cxrkit/vit";
import { describeCheckpoint, openCheckpoint } from "@cxrkit/weights";
import type { Study } from "./StudyRecord.js";
import type { Training } from "./trainings.js";

/** Side of a training's images in pixels. */
export function imageSizeOf(study: Study, { start }: Pick<Training, "start">): number {
  return start.imageSize ?? study.imageSize;
}

/**
 * The model of a training: the preset that its start names, or what the shapes of its checkpoint say.
 *
 * @throws RangeError if the image size is no multiple of the patch size, or neither preset nor checkpoint is given;
 * WeightFormatError if the file is no vision transformer's.
 */
export async function modelConfig(study: Study, training: Training, numClasses: number): Promise<VitConfig> {
  const { start, checkpoint } = training;
  const imageSize = imageSizeOf(study, training);
  if (start.model === undefined && checkpoint === undefined)
    throw new RangeError(`study: start ${start.name} must name a model or a checkpoint, got neither`);
  const config =
    start.model === undefined
      ? await describedConfig(resolve(study.folder, checkpoint as string), imageSize)
      : { ...vitPresets[start.model], imageSize };
  if (imageSize % config.patchSize !== 0)
    throw new RangeError(
      `study: image size must be a multiple of ${config.patchSize}, the patch size of start ${start.name}, got ${imageSize}`,
    );
  return { ...config, numClasses };
}

/** Positions that were trained on another grid are resampled inside the model, as the checkpoint's own code does it. */
async function describedConfig(path: string, imageSize: number): Promise<VitConfig> {
  const checkpoint = await openCheckpoint(path, { stripPrefix: "auto" });
  try {
    const found = describeCheckpoint(checkpoint);
    if (!found.classToken || !found.qkvBias || found.preNorm)
      throw new RangeError(
        `study: a checkpoint must have a class token, biases of queries and keys, and no norm before the blocks, got another kind in ${path}; name a preset with --model`,
      );
    const { patchSize, channels, width, depth, mlpDim, mlp, numHeads, numRegisters, layerScale } = found;
    const grid = found.grid ?? imageSize / patchSize;
    const isDinov2 = layerScale && numRegisters === 0;
    return {
      ...{ imageSize, patchSize, channels, width, depth, mlpDim, mlp, numHeads, numRegisters, layerScale },
      classPosition: found.classPosition,
      numClasses: 1,
      pooling: found.fcNorm ? "mean" : "cls",
      fcNorm: found.fcNorm,
      ...(grid === imageSize / patchSize
        ? {}
        : { storedPositions: { grid, convention: isDinov2 ? "dinov2" : "timm" } }),
    };
  } finally {
    await checkpoint.close();
  }
}
