import type * as tf from "@tensorflow/tfjs-core";
import { adamUpdate } from "./_adamUpdate.js";

/** Tensors by parameter name. */
export type TensorRecord = Readonly<Record<string, tf.Tensor>>;

/** What one AdamW update reads and, gradients apart, returns. */
export interface AdamWState {
  /** Parameters. */
  readonly parameters: TensorRecord;
  /** First moment of each parameter's gradient, of its shape, zeros at the start. */
  readonly firstMoments: TensorRecord;
  /** Second, uncentred moment of each parameter's gradient, of its shape, zeros at the start. */
  readonly secondMoments: TensorRecord;
}

/** Hyper-parameters of {@link adamW}. */
export interface AdamWOptions {
  /** Learning rate of this update, a scalar. */
  readonly learningRate: tf.Scalar;
  /** 1 − β₁ᵗ for the t-th update, t from 1; a scalar. */
  readonly biasCorrection1: tf.Scalar;
  /** 1 − β₂ᵗ for the t-th update, t from 1; a scalar. */
  readonly biasCorrection2: tf.Scalar;
  /** Decay rates β₁ and β₂ of the two moments, each in [0, 1). @defaultValue `[0.9, 0.999]` */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, above 0. @defaultValue `1e-8` */
  readonly epsilon?: number;
  /** Decoupled weight decay, at least 0; the parameter loses this share of itself times the learning rate. @defaultValue `0.01` */
  readonly weightDecay?: number;
  /** Which parameters are not decayed. @defaultValue {@link sparedFromDecay} */
  readonly spared?: (name: string, shape: readonly number[]) => boolean;
  /** Factor on the learning rate by parameter, at least 0, as {@link layerDecay} gives it. @defaultValue 1 for all */
  readonly learningRateScale?: (name: string) => number;
  /** Factor on all gradients, a scalar, as {@link clipByGlobalNorm} gives it. */
  readonly gradientScale?: tf.Scalar;
}

/**
 * One update of AdamW: Adam with weight decay applied to the parameters and not to the gradients.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← (1 − ηλ)θ − (η√c₂/c₁)·m / (√v + ε√c₂) with the bias corrections
 * c₁, c₂; dividing by √c₂ through the scalars saves a pass over each parameter. Nothing is changed in place.
 *
 * @param state - Parameters and moments; the moments have an entry for every gradient.
 * @param gradients - Gradient by parameter name. A parameter without one (not used by the model) stays as it is,
 * undecayed.
 * @param options - Hyper-parameters; those that change from step to step are scalar tensors.
 * @returns New tensors for the parameters that have a gradient, which the caller disposes.
 * @throws RangeError if a hyper-parameter is out of range or a gradient has no parameter or moment.
 * @see Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, algorithm 2; the decay is scaled by the
 * learning rate as in PyTorch, `torch.optim.AdamW`.
 * @example
 * {@includeCode ../example/adamW.example.ts#adamw}
 */
export function adamW(state: AdamWState, gradients: TensorRecord, options: AdamWOptions): AdamWState {
  const { weightDecay = 0.01 } = options;
  return adamUpdate("adamW", "decoupled", state, gradients, { ...options, weightDecay });
}
