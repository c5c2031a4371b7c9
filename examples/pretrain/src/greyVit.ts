import type { NamedArray } from "@cxrkit/runtime";
import type { PretrainableModel, RandomInput, TrainableModel } from "@cxrkit/training";
import { dropPathMasks, features, patchFeatures, type VitConfig, vit } from "@cxrkit/vit";
import { div, sub, type Tensor2D, type Tensor4D, tile } from "@tensorflow/tfjs-core";

/** Side in pixels of the images that the transformer is made for. */
export function sideOf({ imageSize }: VitConfig): number {
  return typeof imageSize === "number" ? imageSize : imageSize[0];
}

/** Bytes of one channel, brought to about zero mean and unit spread and repeated. */
export function normalised(bytes: Tensor4D, { channels }: VitConfig): Tensor4D {
  return tile(div(sub(div(bytes, 255), 0.5), 0.25), [1, 1, 1, channels]) as Tensor4D;
}

/** A vision transformer that learns labels, with stochastic depth where a rate is given. */
export function trainableVit(
  config: VitConfig,
  parameters: ReadonlyMap<string, NamedArray>,
  dropPathRate = 0,
): TrainableModel {
  const side = sideOf(config);
  return {
    parameters,
    imageShape: [side, side, 1],
    imageDType: "uint8",
    numClasses: config.numClasses,
    ...(dropPathRate === 0 ? {} : { randomInputs: { dropPath: dropPathInput(config, dropPathRate) } }),
    logits: (tensors, bytes, random) => {
      const options = random === undefined ? {} : { dropPath: random.dropPath as Tensor2D };
      return vit(tensors, normalised(bytes, config), config, options);
    },
  };
}

function dropPathInput(config: VitConfig, rate: number): RandomInput {
  return {
    shape: (batchSize) => [2 * config.depth, batchSize],
    draw: (batchSize, random) => dropPathMasks(config, batchSize, { rate, random }),
  };
}

/**
 * A vision transformer that learns without labels; its positions are resampled for views of another size. With a mask
 * token it gives its patches as well, and can be asked of those that it does not see.
 */
export function pretrainableVit(
  config: VitConfig,
  parameters: ReadonlyMap<string, NamedArray>,
): PretrainableModel {
  const storedPositions = { grid: sideOf(config) / config.patchSize, convention: "timm" } as const;
  return {
    parameters,
    width: config.width,
    patchSize: config.patchSize,
    features: (tensors, bytes, maskedPatches) => {
      const own = { ...config, imageSize: bytes.shape[1], storedPositions };
      const images = normalised(bytes, own);
      if (config.maskToken !== true) return { image: features(tensors, images, own) };
      return patchFeatures(tensors, images, own, maskedPatches === undefined ? {} : { maskedPatches });
    },
  };
}
