import * as tf from "@tensorflow/tfjs-core";
import { requireInteger } from "./_check.js";

/** Options of {@link sinkhornKnopp}. */
export interface SinkhornKnoppOptions {
  /** Temperature that the logits are divided by, above 0; a number or a scalar. */
  readonly temperature: number | tf.Scalar;
  /** Number of iterations, an integer of at least 1. @defaultValue `3` */
  readonly iterations?: number;
  /** 1 for rows that take part and 0 for those that are left out and get zeros, `[R]`. @defaultValue all take part */
  readonly mask?: tf.Tensor1D;
}

/**
 * Assigns rows to prototypes so that each row has the sum 1 and all prototypes get about the same: exp(logits/temperature)
 * is scaled by columns and by rows in turn.
 *
 * @param logits - Logits `[R, K]`.
 * @param options - Temperature, iterations and rows left out.
 * @returns Probabilities `[R, K]`, which the caller disposes.
 * @throws RangeError if an option is out of range or the mask has another length.
 * @see Cuturi (2013), Sinkhorn Distances; Caron et al. (2020), SwAV, section 3.1 and listing 1; Oquab et al. (2024), DINOv2,
 * section 4.
 * @example
 * {@includeCode ../example/pretraining.example.ts#sinkhorn}
 */
export function sinkhornKnopp(
  logits: tf.Tensor2D,
  { temperature, iterations = 3, mask }: SinkhornKnoppOptions,
): tf.Tensor2D {
  requireInteger("sinkhornKnopp", "iterations", iterations, 1);
  if (typeof temperature === "number" && !(temperature > 0))
    throw new RangeError(`sinkhornKnopp: temperature must be above 0, got ${temperature}`);
  const [rows, width] = logits.shape;
  if (mask !== undefined && mask.shape[0] !== rows)
    throw new RangeError(`sinkhornKnopp: mask must hold ${rows} numbers, one a row, got ${mask.shape[0]}`);
  return tf.tidy(() => {
    const scaled = tf.div(logits, temperature);
    const whole = tf.exp(tf.sub(scaled, tf.max(scaled)));
    let shares: tf.Tensor = mask === undefined ? whole : tf.mul(whole, tf.reshape(mask, [rows, 1]));
    const count = mask === undefined ? rows : tf.maximum(tf.sum(mask), 1);
    for (let i = 0; i < iterations; i++) {
      shares = tf.div(shares, tf.mul(positive(tf.sum(shares, 0, true)), width));
      shares = tf.div(shares, tf.mul(positive(tf.sum(shares, 1, true)), count));
    }
    return tf.mul(shares, count) as tf.Tensor2D;
  });
}

/** Keeps a sum that vanished from being divided by. */
function positive(sum: tf.Tensor): tf.Tensor {
  return tf.maximum(sum, 1e-30);
}
