import * as tf from "@tensorflow/tfjs-core";
import { unitRows } from "./_unitRows.js";
import { withoutHistory } from "./_withoutHistory.js";

/** Added to each component of a difference and to a distance, so that equal vectors have a finite loss. */
const epsilon = 1e-8;

/**
 * How close the vectors of a batch are to each other on the unit sphere: −mean log of the distance of each to its nearest
 * neighbour. Made small, it spreads them.
 *
 * @param features - Vectors `[B, D]` of at least two images; their lengths do not matter.
 * @returns The loss, a scalar that the caller disposes.
 * @throws RangeError if there are fewer than two vectors.
 * @see Sablayrolles et al. (2019), Spreading vectors for similarity search, equation 5; Oquab et al. (2024), DINOv2,
 * section 4. The entropy's estimate is that of Kozachenko and Leonenko.
 * @example
 * {@includeCode ../example/pretraining.example.ts#koLeo}
 */
export function koLeoLoss(features: tf.Tensor2D): tf.Scalar {
  const [batch] = features.shape;
  if (batch < 2) throw new RangeError(`koLeoLoss: features must hold at least two vectors, got ${batch}`);
  return tf.tidy(() => {
    const unit = unitRows(features);
    const choice = nearest(withoutHistory(unit), batch);
    const away = tf.add(tf.sub(unit, tf.matMul(choice, unit)), epsilon);
    const distances = tf.sqrt(tf.sum(tf.square(away), 1));
    return tf.neg(tf.mean(tf.log(tf.add(distances, epsilon)))) as tf.Scalar;
  });
}

/** Chooses the nearest other vector of each, the first of several: a matrix `[B, B]` of ones and zeros. */
function nearest(unit: tf.Tensor2D, batch: number): tf.Tensor2D {
  const matrix = (value: (row: number, column: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: batch * batch }, (_, i) => value(Math.floor(i / batch), i % batch)),
      [batch, batch],
    );
  const itself = matrix((row, column) => (row === column ? 3 : 0));
  const others = tf.sub(tf.matMul(unit, unit, false, true), itself);
  const chosen = tf.cast(tf.equal(others, tf.max(others, 1, true)), "float32");
  const numBefore = tf.matMul(
    chosen,
    matrix((row, column) => (row < column ? 1 : 0)),
  );
  return tf.mul(chosen, tf.cast(tf.equal(numBefore, 0), "float32"));
}
