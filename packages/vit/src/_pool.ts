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
  const { width, pooling, fcNorm = false } = config;
  const tokens = (x: tf.Tensor) => tf.reshape(x, [batch, -1, width]);
  const clsOf = (x: tf.Tensor) =>
    tf.reshape(tf.slice(tokens(x), [0, 0, 0], [batch, 1, width]), [batch, width]);
  const meanOf = (x: tf.Tensor) =>
    tf.mean(tf.slice(tokens(x), [0, numPrefixTokens(config), 0], [batch, -1, width]), 1);
  if (fcNorm) return layerNorm(parameters, "fc_norm", meanOf(rows));
  // Rows are normalised one by one, so only those that are used need be.
  if (pooling === "cls") return layerNorm(parameters, "norm", clsOf(rows));
  const normalised = layerNorm(parameters, "norm", rows);
  if (pooling === "mean") return meanOf(normalised) as tf.Tensor2D;
  return tf.concat([clsOf(normalised), meanOf(normalised)], 1) as tf.Tensor2D;
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
