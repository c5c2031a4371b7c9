import * as tf from "@tensorflow/tfjs-core";
import { requireAtLeast } from "./_check.js";
import { focalSide, labelShares, mirrored, weightedSides } from "./_labelLoss.js";
import type { LabelLossOptions } from "./LabelLossOptions.js";

/** Options of {@link focalLoss}. */
export interface FocalLossOptions extends LabelLossOptions {
  /** Focus γ, at least 0: how much less a label counts that is already predicted well. @defaultValue `2` */
  readonly gamma?: number;
}

/**
 * Focal loss of sigmoid(logits), positives weighted by finding, mean over the labels that count.
 *
 * One label contributes (1 − y)·σ(x)^γ·softplus(x) + p·y·σ(−x)^γ·softplus(−x): the cross-entropy times the share of the
 * probability that is wrong, to the power γ. With γ = 0 it is {@link weightedBinaryCrossEntropy}. The gradient is
 * given in closed form, with respect to the logits only. When no label counts, loss and gradient are 0.
 *
 * @param logits - Logits x, `[B, K]`.
 * @param labels - Labels y, `[B, K]`: 1 present, 0 absent, NaN ignored.
 * @param positiveWeights - Weight p of the positive labels of each finding, `[K]`; the α of the paper is p/(1 + p)
 * but for a common factor.
 * @param options - Focus, mask and label smoothing.
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if a shape does not fit or an option is out of range.
 * @see Lin et al. (2017), Focal Loss for Dense Object Detection, equation 4.
 * @example
 * {@includeCode ../example/losses.example.ts#focal}
 */
export function focalLoss(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
  options: FocalLossOptions = {},
): tf.Scalar {
  const { gamma = 2 } = options;
  requireAtLeast("focalLoss", "gamma", gamma, 0);
  return tf.tidy(() => {
    const shares = labelShares("focalLoss", logits, labels, positiveWeights, options);
    const absent = focalSide(gamma);
    return weightedSides(logits, shares, absent, mirrored(absent));
  });
}
