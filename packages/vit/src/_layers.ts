import * as tf from "@tensorflow/tfjs-core";
import type { TensorRecord } from "./TensorRecord.js";

const layerNormEpsilon = 1e-6;

/** The parameter of that name, which the door has seen to be there. */
export function parameter(parameters: TensorRecord, name: string): tf.Tensor {
  return parameters[name] as tf.Tensor;
}

/** x·Wᵀ + b on rows: `[R, in]` to `[R, out]`. */
export function linear(parameters: TensorRecord, name: string, x: tf.Tensor): tf.Tensor2D {
  const product = tf.matMul(x, parameter(parameters, `${name}.weight`), false, true);
  return tf.add(product, parameter(parameters, `${name}.bias`));
}

/** A part of a linear layer: `count` of its outputs, beginning at `first`. */
export function linearRows(
  parameters: TensorRecord,
  name: string,
  x: tf.Tensor,
  first: number,
  count: number,
): tf.Tensor2D {
  const weight = parameter(parameters, `${name}.weight`);
  const part = tf.slice(weight, [first, 0], [count, weight.shape[1] as number]);
  const bias = tf.slice(parameter(parameters, `${name}.bias`), [first], [count]);
  return tf.add(tf.matMul(x, part, false, true), bias);
}

/** Layer normalisation of each row of `[R, D]`, with the population variance and ε = 1e-6. */
export function layerNorm(parameters: TensorRecord, name: string, x: tf.Tensor): tf.Tensor2D {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, layerNormEpsilon)));
  return tf.add(
    tf.mul(normalised, parameter(parameters, `${name}.weight`)),
    parameter(parameters, `${name}.bias`),
  );
}

/** x·Φ(x) with the exact normal distribution function (Hendrycks & Gimpel 2016, equation 1). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** x·σ(x) (Hendrycks & Gimpel 2016, section 2). */
export function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}
