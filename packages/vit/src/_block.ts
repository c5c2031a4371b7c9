import * as tf from "@tensorflow/tfjs-core";
import { gelu, layerNorm, linear, parameter } from "./_layers.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * One pre-norm transformer block on rows `[B·N, D]`: attention, then MLP, each added to what came in.
 *
 * @see Dosovitskiy et al. (2021), equations 2 and 3; LayerScale: Touvron et al. (2021), CaiT, equation 5.
 */
export function block(
  parameters: TensorRecord,
  name: string,
  rows: tf.Tensor,
  batch: number,
  config: VitConfig,
): tf.Tensor {
  const scaled = (x: tf.Tensor, branch: string): tf.Tensor =>
    config.layerScale ? tf.mul(x, parameter(parameters, `${name}.${branch}.gamma`)) : x;
  const attended = attention(
    parameters,
    `${name}.attn`,
    layerNorm(parameters, `${name}.norm1`, rows),
    batch,
    config,
  );
  const afterAttention = tf.add(rows, scaled(attended, "ls1"));
  const hidden = gelu(
    linear(parameters, `${name}.mlp.fc1`, layerNorm(parameters, `${name}.norm2`, afterAttention)),
  );
  return tf.add(afterAttention, scaled(linear(parameters, `${name}.mlp.fc2`, hidden), "ls2"));
}

/** Multi-head self-attention on rows `[B·N, D]` (Vaswani et al. 2017, equation 1; q, k and v in one projection). */
function attention(
  parameters: TensorRecord,
  name: string,
  rows: tf.Tensor,
  batch: number,
  { width, numHeads }: VitConfig,
): tf.Tensor {
  const headWidth = width / numHeads;
  const numTokens = (rows.shape[0] as number) / batch;
  const qkv = tf.reshape(linear(parameters, `${name}.qkv`, rows), [batch, numTokens, 3, numHeads, headWidth]);
  // [3, B, heads, N, D / heads]
  const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weights = tf.softmax(tf.matMul(tf.mul(q, 1 / Math.sqrt(headWidth)), k, false, true));
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  return linear(parameters, `${name}.proj`, tf.reshape(mixed, [batch * numTokens, width]));
}
