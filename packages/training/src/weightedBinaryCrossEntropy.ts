import * as tf from "@tensorflow/tfjs-core";

/** Options of {@link weightedBinaryCrossEntropy}. */
export interface WeightedBinaryCrossEntropyOptions {
  /**
   * 1 where a label counts and 0 where it is ignored, `[B, K]`; labels under a 0 may hold any finite number.
   * Without a mask the NaN labels are the ignored ones, which costs a comparison and a selection more.
   */
  readonly mask?: tf.Tensor2D;
}

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
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if a shape does not fit.
 * @see PyTorch, `torch.nn.BCEWithLogitsLoss` with `pos_weight`: the same number where no label is NaN.
 * @example {@includeCode ../example/weightedBinaryCrossEntropy.example.ts#loss}
 */
export function weightedBinaryCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
  { mask }: WeightedBinaryCrossEntropyOptions = {},
): tf.Scalar {
  requireShape("labels", labels, logits.shape);
  requireShape("positiveWeights", positiveWeights, logits.shape.slice(1));
  if (mask !== undefined) requireShape("mask", mask, logits.shape);
  return tf.tidy(() => {
    const { values, counted } = mask === undefined ? splitNaN(labels) : { values: labels, counted: mask };
    const share = tf.div(counted, tf.maximum(tf.sum(counted), 1));
    const positive = tf.mul(tf.mul(values, share), positiveWeights);
    const negative = tf.mul(tf.sub(1, values), share);
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

function splitNaN(labels: tf.Tensor2D): { values: tf.Tensor; counted: tf.Tensor } {
  const ignored = tf.isNaN(labels);
  return {
    values: tf.where(ignored, tf.zerosLike(labels), labels),
    counted: tf.cast(tf.logicalNot(ignored), "float32"),
  };
}

function requireShape(subject: string, tensor: tf.Tensor, shape: readonly number[]): void {
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new RangeError(
      `weightedBinaryCrossEntropy: ${subject} must have shape [${shape}] to fit the logits, got [${tensor.shape}]`,
    );
}
