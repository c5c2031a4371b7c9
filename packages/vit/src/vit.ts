import * as tf from "@tensorflow/tfjs-core";
import { requireInputs } from "./_encode.js";
import { encodeUnder } from "./_encodeUnder.js";
import { classify } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/**
 * The vision transformer as a pure function: one logit for each finding of each image.
 *
 * It uses only operations that have gradients on every engine, so it can be differentiated, run eagerly, or traced.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @param options - Stochastic depth, masked patches and gradient checkpointing, for training.
 * @returns Logits `[B, K]`, which the caller disposes.
 * @throws RangeError if the configuration describes no network, the images, `dropPath` or `maskedPatches` have another shape,
 * masked patches come without `config.maskToken`, or a parameter is missing.
 * @see Dosovitskiy et al. (2021), An Image is Worth 16x16 Words; Oquab et al. (2024), DINOv2; Darcet et al. (2024),
 * Vision Transformers Need Registers.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export function vit(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  options: VitOptions = {},
): tf.Tensor2D {
  requireInputs("vit", parameters, images, config, true);
  const [batch] = images.shape;
  return tf.tidy(() => {
    const rows = encodeUnder("vit", parameters, images, config, options);
    return classify(parameters, rows, batch, config);
  });
}
