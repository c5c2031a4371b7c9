import type { NamedArray } from "@cxrkit/runtime";
import type { TrainableModel } from "@cxrkit/training";
import { imageShape, type VitConfig, vit } from "@cxrkit/vit";
import { div, sub, type Tensor4D, tile } from "@tensorflow/tfjs-core";

/** Pixels, in [0, 1] after the division by 255, are brought to about zero mean and unit spread. */
const pixelMean = 0.5;
const pixelSpread = 0.25;

/**
 * A vision transformer as `training` wants its models. Images cross to the engine as one byte a pixel; the step divides
 * them, normalises them and repeats the channel.
 */
export function trainableVit(config: VitConfig, parameters: ReadonlyMap<string, NamedArray>): TrainableModel {
  const [height, width, channels] = imageShape(config);
  return {
    parameters,
    imageShape: [height, width, 1],
    imageDType: "uint8",
    numClasses: config.numClasses,
    logits: (tensors, bytes) => {
      const grey = div(sub(div(bytes, 255), pixelMean), pixelSpread);
      return vit(tensors, tile(grey, [1, 1, 1, channels]) as Tensor4D, config);
    },
  };
}
