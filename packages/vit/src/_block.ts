import * as tf from "@tensorflow/tfjs-core";
import { gelu, layerNorm, linear, linearRows, parameter, silu } from "./_layers.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/** Places inside a block where something may look on or step in. */
export interface BlockTaps {
  /** Takes the rows `[B·N, D]` that attention reads, after `norm1`, and gives those that it shall read. */
  readonly normalised?: (rows: tf.Tensor) => tf.Tensor;
  /** Takes the attention `[B, heads, N, N]`, each row a distribution over tokens, and gives the one to use. */
  readonly attention?: (weights: tf.Tensor) => tf.Tensor;
  /** Factors of the attention branch and of the MLP branch for each image, both `[B, 1]`. */
  readonly branches?: readonly [attention: tf.Tensor, mlp: tf.Tensor];
}

/**
 * One pre-norm transformer block on rows `[B·N, D]`: attention, then MLP, each added to what came in.
 *
 * With `onlyClass` the class tokens' rows alone go on, `[B, D]`: all tokens are read, but nothing is worked out for the
 * others, which after the last block a head on the class token would not look at.
 *
 * @see Dosovitskiy et al. (2021), equations 2 and 3; LayerScale: Touvron et al. (2021), CaiT, equation 5; factors of the
 * branches: Huang et al. (2016), Deep networks with stochastic depth, equation 2.
 */
export function block(
  parameters: TensorRecord,
  name: string,
  rows: tf.Tensor,
  batch: number,
  config: VitConfig,
  { normalised = same, attention: tap = same, branches }: BlockTaps,
  onlyClass: boolean,
): tf.Tensor {
  const scaled = (x: tf.Tensor, gamma: string, factor: tf.Tensor | undefined): tf.Tensor => {
    const y = config.layerScale ? tf.mul(x, parameter(parameters, `${name}.${gamma}.gamma`)) : x;
    return factor === undefined ? y : tf.reshape(tf.mul(tf.reshape(y, [batch, -1]), factor), y.shape);
  };
  const read = normalised(layerNorm(parameters, `${name}.norm1`, rows));
  const attended = attention(parameters, `${name}.attn`, read, batch, config, tap, onlyClass);
  const kept = onlyClass ? classRows(rows, batch) : rows;
  const afterAttention = tf.add(kept, scaled(attended, "ls1", branches?.[0]));
  const hidden = mlp(
    parameters,
    `${name}.mlp`,
    layerNorm(parameters, `${name}.norm2`, afterAttention),
    config,
  );
  return tf.add(afterAttention, scaled(hidden, "ls2", branches?.[1]));
}

/** Two linear layers with GELU between them, or SwiGLU (Shazeer 2020, equation 6; biases as in DINOv2). */
function mlp(parameters: TensorRecord, name: string, rows: tf.Tensor, config: VitConfig): tf.Tensor {
  const first = linear(parameters, `${name}.fc1`, rows);
  if (config.mlp !== "swiglu") return linear(parameters, `${name}.fc2`, gelu(first));
  const [gate, value] = tf.split(first, 2, 1) as [tf.Tensor, tf.Tensor];
  return linear(parameters, `${name}.fc2`, tf.mul(silu(gate), value));
}

/** Multi-head self-attention on rows `[B·N, D]` (Vaswani et al. 2017, equation 1); of all tokens, or of the class token. */
function attention(
  parameters: TensorRecord,
  name: string,
  rows: tf.Tensor,
  batch: number,
  { width, numHeads }: VitConfig,
  tap: (weights: tf.Tensor) => tf.Tensor,
  onlyClass: boolean,
): tf.Tensor {
  const headWidth = width / numHeads;
  // [parts, B, heads, N, D / heads]
  const split = (x: tf.Tensor, parts: number) =>
    tf.unstack(tf.transpose(tf.reshape(x, [batch, -1, parts, numHeads, headWidth]), [2, 0, 3, 1, 4]));
  const query = () =>
    tf.reshape(linearRows(parameters, `${name}.qkv`, classRows(rows, batch), 0, width), [
      batch,
      numHeads,
      1,
      headWidth,
    ]);
  const [q, k, v] = (
    onlyClass
      ? [query(), ...split(linearRows(parameters, `${name}.qkv`, rows, width, 2 * width), 2)]
      : split(linear(parameters, `${name}.qkv`, rows), 3)
  ) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weights = tap(tf.softmax(tf.matMul(tf.mul(q, 1 / Math.sqrt(headWidth)), k, false, true)));
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  return linear(parameters, `${name}.proj`, tf.reshape(mixed, [-1, width]));
}

/** Rows `[B·N, D]` to those of the class tokens, `[B, D]`. */
function classRows(rows: tf.Tensor, batch: number): tf.Tensor {
  const [numRows = 0, width = 0] = rows.shape;
  const first = tf.slice(tf.reshape(rows, [batch, numRows / batch, width]), [0, 0, 0], [batch, 1, width]);
  return tf.reshape(first, [batch, width]);
}

function same(x: tf.Tensor): tf.Tensor {
  return x;
}
