import * as tf from "@tensorflow/tfjs-core";
import { requirePositive } from "./_check.js";

/** What {@link clipByGlobalNorm} returns. */
export interface ClipByGlobalNormResult {
  /** Euclidean norm of all gradients together, before clipping; a scalar. */
  readonly norm: tf.Scalar;
  /** Factor in (0, 1] by which every gradient is to be multiplied; a scalar. */
  readonly scale: tf.Scalar;
}

/**
 * Factor that brings the global norm of the gradients down to `maxNorm` when it is above.
 *
 * The factor is min(1, maxNorm / (norm + 1e-6)). It is returned, not applied: {@link adamW} takes it as
 * `gradientScale`, which saves a pass over every gradient.
 *
 * @param gradients - Gradients of any shape by parameter name, at least one.
 * @param maxNorm - Largest norm allowed, above 0.
 * @returns The norm and the factor; the caller disposes both.
 * @throws RangeError if `maxNorm` is not above 0 or there is no gradient.
 * @see Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, algorithm 1;
 * PyTorch, `torch.nn.utils.clip_grad_norm_`, which adds the same 1e-6.
 * @example
 * {@includeCode ../example/adamW.example.ts#clip}
 */
export function clipByGlobalNorm(
  gradients: Readonly<Record<string, tf.Tensor>>,
  maxNorm: number,
): ClipByGlobalNormResult {
  requirePositive("clipByGlobalNorm", "maxNorm", maxNorm);
  const all = Object.values(gradients);
  if (all.length === 0)
    throw new RangeError("clipByGlobalNorm: gradients must hold at least one entry, got 0");
  return tf.tidy(() => {
    const squares = all.map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
    const scale = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
    return { norm: norm as tf.Scalar, scale: scale as tf.Scalar };
  });
}
