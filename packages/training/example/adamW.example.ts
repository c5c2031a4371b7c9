import { adamW, clipByGlobalNorm, sparedFromDecay } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function firstUpdate(): number[] {
  // #region adamw
  const next = tf.tidy(() => {
    const zeros = { "head.weight": tf.zeros([1, 2]) };
    const { parameters } = adamW(
      { parameters: { "head.weight": tf.tensor2d([[1, 1]]) }, firstMoments: zeros, secondMoments: zeros },
      { "head.weight": tf.tensor2d([[0.5, -2]]) },
      {
        learningRate: tf.scalar(0.1),
        biasCorrection1: tf.scalar(1 - 0.9),
        biasCorrection2: tf.scalar(1 - 0.999),
        weightDecay: 0.5,
      },
    );
    return [...(parameters["head.weight"] as tf.Tensor).dataSync()];
  });
  // 1 − 0.1·0.5 of decay, then a step of the learning rate against the gradient's sign: [0.85, 1.05]
  // #endregion adamw
  return next;
}

/** Needs an active TensorFlow.js backend: `await openRuntime("cpu")` sees to it. */
export function clipped(): number[] {
  // #region clip
  const values = tf.tidy(() => {
    const { norm, scale } = clipByGlobalNorm({ a: tf.tensor1d([3]), b: tf.tensor1d([4]) }, 1);
    return [...norm.dataSync(), ...scale.dataSync()];
  });
  // norm 5, scale 0.2
  // #endregion clip
  return values;
}

/** Which of four parameters are not decayed. */
export function spared(): boolean[] {
  // #region spared
  const answers = [
    sparedFromDecay("blocks.0.attn.qkv.weight", [576, 192]),
    sparedFromDecay("blocks.0.attn.qkv.bias", [576]),
    sparedFromDecay("blocks.0.norm1.weight", [192]),
    sparedFromDecay("pos_embed", [1, 197, 192]),
  ];
  // false, true, true, true
  // #endregion spared
  return answers;
}
