import * as tf from "@tensorflow/tfjs-core";
import { linear } from "./_layers.js";
import { features } from "./features.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * The vision transformer as a pure function: one logit for each finding of each image.
 *
 * It uses only operations that have gradients on every engine, so it can be differentiated, run eagerly, or traced.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}.
 * @param images - Images `[B, H, W, C]` with H = W = `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @returns Logits `[B, K]`, which the caller disposes.
 * @throws RangeError if the configuration describes no network, the images have another shape, or a parameter is missing.
 * @see Dosovitskiy et al. (2021), An Image is Worth 16x16 Words; Oquab et al. (2024), DINOv2.
 * @example {@includeCode ../example/readme.example.ts}
 */
export function vit(parameters: TensorRecord, images: tf.Tensor4D, config: VitConfig): tf.Tensor2D {
  return tf.tidy(() => linear(parameters, "head", features(parameters, images, config)));
}
