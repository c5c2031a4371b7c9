import * as tf from "@tensorflow/tfjs-core";
import { labelShares } from "./_labelLoss.js";
import type { LabelLossOptions } from "./LabelLossOptions.js";

/** Options of {@link weightedBinaryCrossEntropy}. */
export interface WeightedBinaryCrossEntropyOptions extends LabelLossOptions {}

/**
 * Binary cross-entropy of sigmoid(logits), positives weighted by finding, mean over the labels that count.
 *
 * One label contributes (1 − y)·softplus(x) + p·y·softplus(−x), with softplus(x) = max(x, 0) + log(1 + exp(−|x|)),
 * so large logits neither overflow nor lose digits. The gradient, (1 − y)·σ(x) − p·y·σ(−x), is exact at x = 0 too,
 * and is defined with respect to the logits only. When no label counts, loss and gradient are 0.
 *
 * @param logits - Logits x, `[B, K]`.
 * @param labels - Labels y, `[B, K]`: 1 present, 0 absent, NaN ignored.
 * @param positiveWeights - Weight p of the positive labels of each finding, `[K]`; all 1 gives the plain loss.
 * @param options - Mask and label smoothing.
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if a shape does not fit or the smoothing is out of range.
 * @see PyTorch, `torch.nn.BCEWithLogitsLoss` with `pos_weight`: the same number where no label is NaN.
 * @example
 * {@includeCode ../example/weightedBinaryCrossEntropy.example.ts#loss}
 */
export function weightedBinaryCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
  options: WeightedBinaryCrossEntropyOptions = {},
): tf.Scalar {
  return tf.tidy(() => {
    const { negative, positive } = labelShares(
      "weightedBinaryCrossEntropy",
      logits,
      labels,
      positiveWeights,
      options,
    );
    return weightedSoftplus(logits, negative, positive) as tf.Scalar;
  });
}

/** Σ negative·softplus(x) + positive·softplus(−x). */
function weightedSoftplus(logits: tf.Tensor, negative: tf.Tensor, positive: tf.Tensor): tf.Tensor {
  // The gradient is given because TensorFlow.js takes |x|′ as −1 at 0, where a freshly made head often stands.
  const loss = tf.customGrad((x, save) => {
    const logit = x as tf.Tensor;
    (save as tf.GradSaveFunc)([logit, negative, positive]);
    const opposite = tf.neg(logit);
    const rest = tf.log1p(tf.exp(tf.neg(tf.abs(logit))));
    const absent = tf.mul(negative, tf.add(tf.relu(logit), rest));
    const present = tf.mul(positive, tf.add(tf.relu(opposite), rest));
    return { value: tf.sum(tf.add(absent, present)), gradFunc };
  });
  return loss(logits);
}

function gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor {
  const [logits, negative, positive] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
  const rising = tf.mul(negative, tf.sigmoid(logits));
  const falling = tf.mul(positive, tf.sigmoid(tf.neg(logits)));
  return tf.mul(dy, tf.sub(rising, falling));
}
