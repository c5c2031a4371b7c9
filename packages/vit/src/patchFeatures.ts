import * as tf from "@tensorflow/tfjs-core";
import { requireInputs } from "./_encode.js";
import { encodeUnder } from "./_encodeUnder.js";
import { layerNorm } from "./_layers.js";
import { patchTokens, pooled } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/** What {@link patchFeatures} gives back. */
export interface PatchFeatures {
  /** What the head sees of each image, `[B, D]` or `[B, 2D]`: that of {@link features} up to rounding. */
  readonly image: tf.Tensor2D;
  /** One vector for each patch, `[B, N, D]`, row by row; class token and registers are not among them. */
  readonly patches: tf.Tensor3D;
}

/**
 * What the head sees of each image and, beside it, the token of every patch, all after the last layer normalisation.
 *
 * With `maskedPatches` it is the student of a pre-training by masked patches: what the model makes of a patch that it
 * does not see.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}; the head is not read.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model, without `fcNorm`, whose patches have no normalisation.
 * @param options - Masked patches, stochastic depth and gradient checkpointing, for training.
 * @returns Vectors of images and patches, which the caller disposes.
 * @throws RangeError if `config.fcNorm` is true, the images, `maskedPatches` or `dropPath` have another shape, masked
 * patches come without `config.maskToken`, or a parameter is missing.
 * @see Zhou et al. (2022), iBOT, section 3.1; `forward_features` of DINOv2, `x_norm_clstoken` and `x_norm_patchtokens`.
 * @example
 * {@includeCode ../example/parameters.example.ts#patchFeatures}
 */
export function patchFeatures(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  options: VitOptions = {},
): PatchFeatures {
  requireInputs("patchFeatures", parameters, images, config, false);
  if (config.fcNorm === true)
    throw new RangeError(
      "patchFeatures: config.fcNorm must be false, got true; its normalisation is that of the mean, not of the patches",
    );
  const [batch] = images.shape;
  const [image, patches] = tf.tidy(() => {
    const rows = encodeUnder("patchFeatures", parameters, images, config, options, true);
    const normalised = layerNorm(parameters, "norm", rows);
    return [pooled(normalised, batch, config), patchTokens(normalised, batch, config)];
  }) as [tf.Tensor2D, tf.Tensor3D];
  return { image, patches };
}
