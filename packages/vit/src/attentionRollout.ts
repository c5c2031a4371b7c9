import * as tf from "@tensorflow/tfjs-core";

/** Options of {@link attentionRollout}. */
export interface AttentionRolloutOptions {
  /** How the heads of a block become one: their mean as published, or their largest or smallest weight. @defaultValue `"mean"` */
  readonly heads?: "mean" | "max" | "min";
}

const fusions = { mean: tf.mean, max: tf.max, min: tf.min } as const;

/**
 * How much of each input token reaches each output token, if attention and skip connection count half each:
 * R = Ã_L ⋯ Ã₁ with Ã = (A + I)/2, its rows brought to a sum of 1.
 *
 * @param attention - Attention of the blocks in their order, each `[B, heads, N, N]`; see {@link attentionMaps}.
 * @param options - How heads are joined.
 * @returns Rollout `[B, N, N]`, rows sum to 1, which the caller disposes; {@link classTokenMap} takes the patches' part.
 * @throws RangeError if there is no block, or their shapes differ.
 * @see Abnar & Zuidema (2020), Quantifying Attention Flow in Transformers, equation 1; largest and smallest weight: as in
 * other published implementations, for maps with less background.
 * @example
 * {@includeCode ../example/attention.example.ts#rollout}
 */
export function attentionRollout(
  attention: readonly tf.Tensor4D[],
  { heads = "mean" }: AttentionRolloutOptions = {},
): tf.Tensor3D {
  const [first] = attention;
  const shapes = attention.map(({ shape }) => `[${shape.join(", ")}]`);
  const [, , numRows = 0, numColumns] = first?.shape ?? [];
  if (first?.shape.length !== 4 || numRows !== numColumns || new Set(shapes).size !== 1) {
    throw new RangeError(
      `attentionRollout: attention must hold tensors of one shape [B, heads, N, N], got ${shapes.join(", ") || "none"}`,
    );
  }
  const fuse = fusions[heads];
  if (fuse === undefined)
    throw new RangeError(`attentionRollout: heads must be "mean", "max" or "min", got "${String(heads)}"`);
  return tf.tidy(() => {
    const identity = tf.eye(numRows);
    const mixing = attention.map((weights) => {
      const mixed = tf.add(fuse(weights, 1), identity);
      return tf.div(mixed, tf.sum(mixed, -1, true));
    });
    return mixing.reduce((joint, weights) => tf.matMul(weights, joint)) as tf.Tensor3D;
  });
}
