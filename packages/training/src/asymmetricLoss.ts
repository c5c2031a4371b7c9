import * as tf from "@tensorflow/tfjs-core";
import { requireAtLeast, requireBelowOne } from "./_check.js";
import { focalSide, type LossSide, labelShares, mirrored, weightedSides } from "./_labelLoss.js";
import type { LabelLossOptions } from "./LabelLossOptions.js";

/** Options of {@link asymmetricLoss}. */
export interface AsymmetricLossOptions extends LabelLossOptions {
  /** Focus γ₊ on present labels, at least 0. @defaultValue `0` */
  readonly gammaPositive?: number;
  /** Focus γ₋ on absent labels, at least 0. @defaultValue `4` */
  readonly gammaNegative?: number;
  /** Margin m in [0, 1): an absent label with a probability up to m costs nothing. @defaultValue `0.05` */
  readonly margin?: number;
}

/**
 * Asymmetric loss of sigmoid(logits), positives weighted by finding, mean over the labels that count.
 *
 * With P = σ(x) and Pₘ = max(P − m, 0), one label contributes −p·y·(1 − P)^γ₊·log P − (1 − y)·Pₘ^γ₋·log(1 − Pₘ). The
 * many absent labels that are easily seen to be so stop pulling. The gradient is given in closed form, through the
 * focusing factors too, with respect to the logits only; at P = m it is 0. When no label counts, loss and gradient
 * are 0.
 *
 * @param logits - Logits x, `[B, K]`.
 * @param labels - Labels y, `[B, K]`: 1 present, 0 absent, NaN ignored.
 * @param positiveWeights - Weight p of the positive labels of each finding, `[K]`; all 1 gives the paper's loss.
 * @param options - Focuses, margin, mask and label smoothing.
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if a shape does not fit or an option is out of range.
 * @see Ridnik et al. (2021), Asymmetric Loss For Multi-Label Classification, equations 3 to 7; the paper sums, this
 * is the mean.
 * @example
 * {@includeCode ../example/losses.example.ts#asymmetric}
 */
export function asymmetricLoss(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
  options: AsymmetricLossOptions = {},
): tf.Scalar {
  const { gammaPositive = 0, gammaNegative = 4, margin = 0.05 } = options;
  requireAtLeast("asymmetricLoss", "gammaPositive", gammaPositive, 0);
  requireAtLeast("asymmetricLoss", "gammaNegative", gammaNegative, 0);
  requireBelowOne("asymmetricLoss", "margin", margin);
  return tf.tidy(() => {
    const shares = labelShares("asymmetricLoss", logits, labels, positiveWeights, options);
    const absent = margin === 0 ? focalSide(gammaNegative) : shiftedSide(gammaNegative, margin);
    return weightedSides(logits, shares, absent, mirrored(focalSide(gammaPositive)));
  });
}

/** −Pₘ^γ·log(1 − Pₘ) and its slope (γ·Pₘ^(γ−1)·(−log(1 − Pₘ)) + Pₘ^γ/(1 − Pₘ))·P·(1 − P), 0 up to the margin. */
function shiftedSide(gamma: number, margin: number): LossSide {
  const shifted = (x: tf.Tensor) => tf.relu(tf.sub(tf.sigmoid(x), margin));
  const cost = (s: tf.Tensor) => tf.neg(tf.log1p(tf.neg(s)));
  const power = (s: tf.Tensor) => tf.pow(s, gamma);
  return {
    value: (x) => {
      const s = shifted(x);
      return gamma === 0 ? cost(s) : tf.mul(power(s), cost(s));
    },
    slope: (x) => {
      const s = shifted(x);
      const inverse = tf.div(1, tf.sub(1, s));
      // −log(1 − s)/s stays finite where s^(γ−1) would not.
      const bent =
        gamma === 0 ? inverse : tf.add(tf.mul(tf.div(cost(s), tf.maximum(s, 1e-30)), gamma), inverse);
      const focused = gamma === 0 ? tf.step(s) : power(s);
      return tf.mul(tf.mul(focused, bent), tf.mul(tf.sigmoid(x), tf.sigmoid(tf.neg(x))));
    },
  };
}
