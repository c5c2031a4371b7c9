import * as tf from "@tensorflow/tfjs-core";
import { requireConfig } from "./_check.js";
import { gridOf, numPrefixTokens, numTokens } from "./_grid.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * What the class token has of each patch, as a picture on the patch grid; class token and registers are left out.
 *
 * @param relevance - Relevance of tokens (columns) to tokens (rows) `[B, N, N]`, as from {@link attentionRollout} or
 * {@link attentionRelevance}, or the attention of one head.
 * @param config - Shape of the model.
 * @returns Map `[B, rows, columns]` in the unit of `relevance`, which the caller disposes.
 * @throws RangeError if `relevance` has another shape.
 * @example
 * {@includeCode ../example/attention.example.ts#rollout}
 */
export function classTokenMap(relevance: tf.Tensor3D, config: VitConfig): tf.Tensor3D {
  requireConfig("classTokenMap", config);
  const tokens = numTokens(config);
  const [batch, rows, columns] = relevance.shape;
  if (relevance.shape.length !== 3 || rows !== tokens || columns !== tokens) {
    throw new RangeError(
      `classTokenMap: relevance must have shape [B, ${tokens}, ${tokens}], got [${relevance.shape.join(", ")}]`,
    );
  }
  return tf.tidy(() =>
    tf.reshape(tf.slice(relevance, [0, 0, numPrefixTokens(config)], [batch, 1, -1]), [
      batch,
      ...gridOf(config),
    ]),
  );
}
