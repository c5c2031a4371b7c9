import * as tf from "@tensorflow/tfjs-core";
import { gridOf, storedGridOf } from "./_check.js";
import { parameter } from "./_layers.js";
import { resizePositionEmbedding } from "./resizePositionEmbedding.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Images `[B, H, W, C]` to tokens `[B, 1 + (H/P)·(W/P), D]`: patches projected, class token in front, positions added.
 *
 * The projection is a matrix product and the positions are added whole, because not every engine has the gradient of
 * a convolution's filter or of a gather.
 */
export function embed(parameters: TensorRecord, images: tf.Tensor4D, config: VitConfig): tf.Tensor3D {
  const { patchSize, channels, width, storedPositions } = config;
  const [batch] = images.shape;
  const grid = gridOf(config);
  const numPatches = grid * grid;
  const patchLength = channels * patchSize * patchSize;
  const cut = tf.reshape(images, [batch, grid, patchSize, grid, patchSize, channels]);
  // Elements of a patch in the order of the weight: channel, row, column.
  const patches = tf.reshape(tf.transpose(cut, [0, 1, 3, 5, 2, 4]), [batch * numPatches, patchLength]);
  const weight = tf.reshape(parameter(parameters, "patch_embed.proj.weight"), [width, patchLength]);
  const projected = tf.add(
    tf.matMul(patches, weight, false, true),
    parameter(parameters, "patch_embed.proj.bias"),
  );
  const clsToken = tf.add(tf.zeros([batch, 1, width]), parameter(parameters, "cls_token"));
  const tokens = tf.concat([clsToken, tf.reshape(projected, [batch, numPatches, width])], 1);
  const stored = parameter(parameters, "pos_embed") as tf.Tensor3D;
  const isResized = storedPositions !== undefined && storedGridOf(config) !== grid;
  return tf.add(
    tokens,
    isResized ? resizePositionEmbedding(stored, grid, storedPositions.convention) : stored,
  );
}
