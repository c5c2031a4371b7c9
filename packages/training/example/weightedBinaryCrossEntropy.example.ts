import { weightedBinaryCrossEntropy } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function lossOfTwoImages(): number {
  // #region loss
  const loss = tf.tidy(() => {
    const logits = tf.tensor2d([
      [2, -1],
      [0, 3],
    ]);
    const labels = tf.tensor2d([
      [1, 0],
      [0, Number.NaN],
    ]);
    return weightedBinaryCrossEntropy(logits, labels, tf.tensor1d([4, 1])).dataSync()[0];
  });
  // (4·log(1 + e⁻²) + log(1 + e⁻¹) + log 2) / 3 = 0.5047
  // #endregion loss
  return loss as number;
}
