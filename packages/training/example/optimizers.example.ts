import { adam, layerDecay, sgd } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function adamUpdate(): number[] {
  // #region adam
  const next = tf.tidy(() => {
    const zeros = { weight: tf.zeros([2]) };
    const { parameters } = adam(
      { parameters: { weight: tf.tensor1d([1, 1]) }, firstMoments: zeros, secondMoments: zeros },
      { weight: tf.tensor1d([0.5, -2]) },
      {
        learningRate: tf.scalar(0.1),
        biasCorrection1: tf.scalar(1 - 0.9),
        biasCorrection2: tf.scalar(1 - 0.999),
      },
    );
    return [...(parameters.weight as tf.Tensor).dataSync()];
  });
  // A step of the learning rate against the gradient's sign: [0.9, 1.1]
  // #endregion adam
  return next;
}

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function sgdUpdate(): number[] {
  // #region sgd
  const next = tf.tidy(() => {
    const { parameters } = sgd(
      { parameters: { weight: tf.tensor1d([1, 1]) }, momenta: { weight: tf.tensor1d([1, 0]) } },
      { weight: tf.tensor1d([0.5, -2]) },
      { learningRate: tf.scalar(0.1), momentum: 0.9 },
    );
    return [...(parameters.weight as tf.Tensor).dataSync()];
  });
  // 1 − 0.1·(0.9·1 + 0.5) and 1 − 0.1·(−2): [0.86, 1.2]
  // #endregion sgd
  return next;
}

/** Factors on the learning rate of four parameters of a transformer of two blocks. */
export function layerFactors(): number[] {
  // #region layerDecay
  const names = ["pos_embed", "blocks.0.mlp.fc1.weight", "blocks.1.mlp.fc1.weight", "head.weight"];
  const learningRateScale = layerDecay(names, 0.5);
  const factors = names.map(learningRateScale);
  // 0.125, 0.25, 0.5, 1
  // #endregion layerDecay
  return factors;
}
