import * as tf from "@tensorflow/tfjs-core";
import { requireInputs } from "./_encode.js";
import { encodeUnder } from "./_encodeUnder.js";
import { pool } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/**
 * What the head sees of each image: its class token, the mean of its patch tokens, or both, after the last layer
 * normalisation.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}; the head is not read.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @param options - Stochastic depth, masked patches and gradient checkpointing, for training.
 * @returns Features `[B, D]`, or `[B, 2D]` for `pooling: "cls+mean"`, which the caller disposes.
 * @throws RangeError if the images, `dropPath` or `maskedPatches` have another shape, masked patches come without
 * `config.maskToken`, or a parameter is missing.
 * @see Dosovitskiy et al. (2021), An Image is Worth 16x16 Words, equations 1 to 4.
 * @example
 * {@includeCode ../example/parameters.example.ts#features}
 */
export function features(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  options: VitOptions = {},
): tf.Tensor2D {
  requireInputs("features", parameters, images, config, false);
  const [batch] = images.shape;
  return tf.tidy(() => {
    const rows = encodeUnder("features", parameters, images, config, options);
    return pool(parameters, rows, batch, config);
  });
}
