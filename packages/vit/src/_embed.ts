import * as tf from "@tensorflow/tfjs-core";
import { gridOf, isResampled, storedGridOf } from "./_grid.js";
import { parameter } from "./_layers.js";
import { resizePositionEmbedding } from "./resizePositionEmbedding.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Images `[B, H, W, C]` to tokens `[B, N, D]`: patches projected, hidden ones replaced, class token and registers in
 * front, positions added.
 *
 * The projection is a matrix product and the positions are added whole, because not every engine has the gradient of
 * a convolution's filter or of a gather.
 */
export function embed(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  maskedPatches?: tf.Tensor2D,
): tf.Tensor3D {
  const { width, numRegisters = 0, classPosition = true } = config;
  const [batch] = images.shape;
  const projected = projectPatches(parameters, images, config);
  const patches = maskedPatches === undefined ? projected : hidden(parameters, projected, maskedPatches);
  const positions = positionsOf(parameters, config);
  const repeated = (name: string, count: number) =>
    tf.add(tf.zeros([batch, count, width]), parameter(parameters, name));
  const clsToken = repeated("cls_token", 1);
  const registers = numRegisters > 0 ? [repeated("reg_token", numRegisters)] : [];
  if (!classPosition)
    return tf.concat([clsToken, ...registers, tf.add(patches, positions)], 1) as tf.Tensor3D;
  const tokens = tf.add(tf.concat([clsToken, patches], 1), positions);
  if (registers.length === 0) return tokens as tf.Tensor3D;
  const [first, rest] = tf.split(tokens, [1, (tokens.shape[1] as number) - 1], 1) as [tf.Tensor, tf.Tensor];
  return tf.concat([first, ...registers, rest], 1) as tf.Tensor3D;
}

/** Images `[B, H, W, C]` to rows `[B, (H/P)·(W/P), D]`. */
function projectPatches(parameters: TensorRecord, images: tf.Tensor4D, config: VitConfig): tf.Tensor {
  const { patchSize, channels, width } = config;
  const [batch] = images.shape;
  const [rows, columns] = gridOf(config);
  const patchLength = channels * patchSize * patchSize;
  const cut = tf.reshape(images, [batch, rows, patchSize, columns, patchSize, channels]);
  // Elements of a patch in the order of the weight: channel, row, column.
  const patches = tf.reshape(tf.transpose(cut, [0, 1, 3, 5, 2, 4]), [batch * rows * columns, patchLength]);
  const weight = tf.reshape(parameter(parameters, "patch_embed.proj.weight"), [width, patchLength]);
  const projected = tf.add(
    tf.matMul(patches, weight, false, true),
    parameter(parameters, "patch_embed.proj.bias"),
  );
  return tf.reshape(projected, [batch, rows * columns, width]);
}

/** Patches `[B, N, D]` with the mask token in the place of those whose mask `[B, N]` is 1. */
function hidden(parameters: TensorRecord, patches: tf.Tensor, maskedPatches: tf.Tensor2D): tf.Tensor {
  const mask = tf.expandDims(maskedPatches, 2);
  return tf.add(tf.mul(patches, tf.sub(1, mask)), tf.mul(mask, parameter(parameters, "mask_token")));
}

/** The position table on the grid of the images. */
function positionsOf(parameters: TensorRecord, config: VitConfig): tf.Tensor {
  const stored = parameter(parameters, "pos_embed") as tf.Tensor3D;
  const { storedPositions, classPosition } = config;
  if (storedPositions === undefined || !isResampled(config)) return stored;
  return resizePositionEmbedding(stored, gridOf(config), storedPositions.convention, {
    storedGrid: storedGridOf(config),
    ...(classPosition === undefined ? {} : { classPosition }),
  });
}
