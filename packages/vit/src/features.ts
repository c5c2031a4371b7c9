import * as tf from "@tensorflow/tfjs-core";
import { block } from "./_block.js";
import { requireConfig } from "./_check.js";
import { embed } from "./_embed.js";
import { layerNorm } from "./_layers.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * What the head sees of each image: its class token, or the mean of its patch tokens, after the final layer
 * normalisation.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}; the head is not read.
 * @param images - Images `[B, H, W, C]` with H = W = `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @returns Features `[B, D]`, which the caller disposes.
 * @throws RangeError if the images have another shape, or a parameter is missing.
 * @see Dosovitskiy et al. (2021), An Image is Worth 16x16 Words, equations 1 to 4.
 * @example {@includeCode ../example/parameters.example.ts#features}
 */
export function features(parameters: TensorRecord, images: tf.Tensor4D, config: VitConfig): tf.Tensor2D {
  requireConfig("features", config);
  requireImages(images, config);
  const { width, depth, pooling } = config;
  return tf.tidy(() => {
    const tokens = embed(parameters, images, config);
    const [batch, numTokens] = tokens.shape;
    let rows: tf.Tensor = tf.reshape(tokens, [batch * numTokens, width]);
    for (let i = 0; i < depth; i++) rows = block(parameters, `blocks.${i}`, rows, batch, config);
    if (pooling === "cls") {
      // Rows are normalised one by one, so only those that are used need be.
      const clsRows = tf.slice(tf.reshape(rows, [batch, numTokens, width]), [0, 0, 0], [batch, 1, width]);
      return layerNorm(parameters, "norm", tf.reshape(clsRows, [batch, width]));
    }
    const normalised = tf.reshape(layerNorm(parameters, "norm", rows), [batch, numTokens, width]);
    return tf.mean(tf.slice(normalised, [0, 1, 0], [batch, numTokens - 1, width]), 1) as tf.Tensor2D;
  });
}

function requireImages(images: tf.Tensor4D, { imageSize, channels }: VitConfig): void {
  const { shape } = images;
  if (shape.length !== 4 || shape[1] !== imageSize || shape[2] !== imageSize || shape[3] !== channels) {
    throw new RangeError(
      `vit: images must have shape [B, ${imageSize}, ${imageSize}, ${channels}], got [${shape.join(", ")}]`,
    );
  }
}
