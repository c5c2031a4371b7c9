import { asymmetricLoss, focalLoss } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function focal(): number {
  // #region focal
  const loss = tf.tidy(() => {
    const logits = tf.tensor2d([[0, 0]]);
    const labels = tf.tensor2d([[1, 0]]);
    return focalLoss(logits, labels, tf.tensor1d([3, 1]), { gamma: 2 }).dataSync()[0];
  });
  // (3·¼·log 2 + ¼·log 2) / 2 = 0.3466
  // #endregion focal
  return loss as number;
}

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function asymmetric(): number {
  // #region asymmetric
  const loss = tf.tidy(() => {
    const logits = tf.tensor2d([[0, -4]]);
    const labels = tf.tensor2d([[1, 0]]);
    return asymmetricLoss(logits, labels, tf.tensor1d([1, 1])).dataSync()[0];
  });
  // log 2 / 2 = 0.3466: the absent finding has a probability of 0.018, below the margin, and costs nothing
  // #endregion asymmetric
  return loss as number;
}
