import * as tf from "@tensorflow/tfjs-core";
import { numPrefixTokens } from "./_grid.js";
import { layerNorm, linear } from "./_layers.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/** Rows `[B·N, D]` after the last block, or the class tokens' alone, to what the head sees, `[B, D]` or `[B, 2D]`. */
export function pool(
  parameters: TensorRecord,
  rows: tf.Tensor,
  batch: number,
  config: VitConfig,
): tf.Tensor2D {
  const { pooling, fcNorm = false } = config;
  if (fcNorm) return layerNorm(parameters, "fc_norm", meanOfPatches(rows, batch, config));
  // Rows are normalised one by one, so only those that are used need be.
  if (pooling === "cls") return layerNorm(parameters, "norm", classTokens(rows, batch, config));
  return pooled(layerNorm(parameters, "norm", rows), batch, config);
}

/** Normalised rows `[B·N, D]` to what the head sees. */
export function pooled(rows: tf.Tensor, batch: number, config: VitConfig): tf.Tensor2D {
  if (config.pooling === "cls") return classTokens(rows, batch, config);
  const mean = meanOfPatches(rows, batch, config);
  if (config.pooling === "mean") return mean;
  return tf.concat([classTokens(rows, batch, config), mean], 1) as tf.Tensor2D;
}

/** Rows `[B·N, D]` to the patches' tokens `[B, patches, D]`. */
export function patchTokens(rows: tf.Tensor, batch: number, config: VitConfig): tf.Tensor3D {
  const tokens = tf.reshape(rows, [batch, -1, config.width]);
  return tf.slice(tokens, [0, numPrefixTokens(config), 0], [batch, -1, config.width]) as tf.Tensor3D;
}

function classTokens(rows: tf.Tensor, batch: number, { width }: VitConfig): tf.Tensor2D {
  const tokens = tf.reshape(rows, [batch, -1, width]);
  return tf.reshape(tf.slice(tokens, [0, 0, 0], [batch, 1, width]), [batch, width]);
}

function meanOfPatches(rows: tf.Tensor, batch: number, config: VitConfig): tf.Tensor2D {
  return tf.mean(patchTokens(rows, batch, config), 1) as tf.Tensor2D;
}

/** The head on rows `[B·N, D]` after the last block: logits `[B, K]`. */
export function classify(
  parameters: TensorRecord,
  rows: tf.Tensor,
  batch: number,
  config: VitConfig,
): tf.Tensor2D {
  return linear(parameters, "head", pool(parameters, rows, batch, config));
}
