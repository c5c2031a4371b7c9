import type { NamedArray } from "@cxrkit/runtime";
import type { TrainableModel } from "@cxrkit/training";
import { imageShape, type VitConfig, vit } from "@cxrkit/vit";
import { div, sub, type Tensor4D } from "@tensorflow/tfjs-core";

/** Pixels in [0, 1] are brought to about zero mean and unit spread inside the step, where it costs one pass. */
const pixelMean = 0.5;
const pixelSpread = 0.25;

/** A vision transformer as `training` wants its models. */
export function trainableVit(config: VitConfig, parameters: ReadonlyMap<string, NamedArray>): TrainableModel {
  return {
    parameters,
    imageShape: imageShape(config),
    numClasses: config.numClasses,
    logits: (tensors, images) => vit(tensors, div(sub(images, pixelMean), pixelSpread) as Tensor4D, config),
  };
}
