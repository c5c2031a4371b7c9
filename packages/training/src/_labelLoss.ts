import * as tf from "@tensorflow/tfjs-core";
import { requireBelowOne } from "./_check.js";
import type { LabelLossOptions } from "./LabelLossOptions.js";

/** Value and slope of one side of a loss, as functions of the logits. */
export interface LossSide {
  readonly value: (logits: tf.Tensor) => tf.Tensor;
  readonly slope: (logits: tf.Tensor) => tf.Tensor;
}

/** How much each label counts, as absent and as present; over both, divided by the number of labels that count. */
export interface LabelShares {
  readonly negative: tf.Tensor;
  readonly positive: tf.Tensor;
}

/** Turns labels into shares of the mean. */
export function labelShares(
  caller: string,
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  positiveWeights: tf.Tensor1D,
  { mask, labelSmoothing = 0 }: LabelLossOptions,
): LabelShares {
  requireShape(caller, "labels", labels, logits.shape);
  requireShape(caller, "positiveWeights", positiveWeights, logits.shape.slice(1));
  if (mask !== undefined) requireShape(caller, "mask", mask, logits.shape);
  requireBelowOne(caller, "labelSmoothing", labelSmoothing);
  const { values, counted } = mask === undefined ? splitNaN(labels) : { values: labels, counted: mask };
  const targets =
    labelSmoothing === 0 ? values : tf.add(tf.mul(values, 1 - labelSmoothing), labelSmoothing / 2);
  const share = tf.div(counted, tf.maximum(tf.sum(counted), 1));
  return {
    positive: tf.mul(tf.mul(targets, share), positiveWeights),
    negative: tf.mul(tf.sub(1, targets), share),
  };
}

/** Σ negative·absent(x) + positive·present(x), with the gradient that the sides give. */
export function weightedSides(
  logits: tf.Tensor,
  { negative, positive }: LabelShares,
  absent: LossSide,
  present: LossSide,
): tf.Scalar {
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [x, n, p] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.mul(dy, tf.add(tf.mul(n, absent.slope(x)), tf.mul(p, present.slope(x))));
  };
  const loss = tf.customGrad((x, save) => {
    const logit = x as tf.Tensor;
    (save as tf.GradSaveFunc)([logit, negative, positive]);
    const sum = tf.add(tf.mul(negative, absent.value(logit)), tf.mul(positive, present.value(logit)));
    return { value: tf.sum(sum), gradFunc };
  });
  return loss(logits) as tf.Scalar;
}

/** softplus(x)·σ(x)^γ and its slope σ(x)^γ·(σ(x) + γ·softplus(x)·σ(−x)): an absent label under a focal loss. */
export function focalSide(gamma: number): LossSide {
  const focus = (x: tf.Tensor) => tf.exp(tf.mul(softplus(tf.neg(x)), -gamma));
  return {
    value: (x) => (gamma === 0 ? softplus(x) : tf.mul(softplus(x), focus(x))),
    slope: (x) => {
      if (gamma === 0) return tf.sigmoid(x);
      const bent = tf.mul(tf.mul(softplus(x), gamma), tf.sigmoid(tf.neg(x)));
      return tf.mul(focus(x), tf.add(tf.sigmoid(x), bent));
    },
  };
}

/** The same side for a present label: x is read with the other sign. */
export function mirrored({ value, slope }: LossSide): LossSide {
  return { value: (x) => value(tf.neg(x)), slope: (x) => tf.neg(slope(tf.neg(x))) };
}

/** log(1 + exp(x)) without overflow. */
function softplus(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
}

function splitNaN(labels: tf.Tensor2D): { values: tf.Tensor; counted: tf.Tensor } {
  const ignored = tf.isNaN(labels);
  return {
    values: tf.where(ignored, tf.zerosLike(labels), labels),
    counted: tf.cast(tf.logicalNot(ignored), "float32"),
  };
}

function requireShape(caller: string, subject: string, tensor: tf.Tensor, shape: readonly number[]): void {
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new RangeError(
      `${caller}: ${subject} must have shape [${shape}] to fit the logits, got [${tensor.shape}]`,
    );
}
