import * as tf from "@tensorflow/tfjs-core";

/** Rows `[R, D]` of length 1; a row of zeros stays one. */
export function unitRows(rows: tf.Tensor): tf.Tensor2D {
  return tf.mul(rows, tf.rsqrt(tf.add(tf.sum(tf.square(rows), -1, true), 1e-24)));
}
