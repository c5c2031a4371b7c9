import * as tf from "@tensorflow/tfjs-core";
import { requireAtLeast, requireBelowOne, requirePositive } from "./_check.js";
import { sparedFromDecay } from "./sparedFromDecay.js";

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
 * @example {@includeCode ../example/adamW.example.ts#adamw}
 */
export function adamW(state: AdamWState, gradients: TensorRecord, options: AdamWOptions): AdamWState {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01, spared = sparedFromDecay } = options;
  requireBelowOne("adamW", "betas[0]", betas[0]);
  requireBelowOne("adamW", "betas[1]", betas[1]);
  requirePositive("adamW", "epsilon", epsilon);
  requireAtLeast("adamW", "weightDecay", weightDecay, 0);
  return tf.tidy(() => {
    const scalars = stepScalars(options, betas, epsilon, weightDecay);
    const parameters: Record<string, tf.Tensor> = {};
    const firstMoments: Record<string, tf.Tensor> = {};
    const secondMoments: Record<string, tf.Tensor> = {};
    for (const [name, gradient] of Object.entries(gradients)) {
      const parameter = entry(state.parameters, "parameters", name);
      const first = entry(state.firstMoments, "firstMoments", name);
      const second = entry(state.secondMoments, "secondMoments", name);
      const decayed =
        weightDecay === 0 || spared(name, parameter.shape) ? parameter : tf.mul(parameter, scalars.kept);
      const m = tf.add(tf.mul(first, scalars.beta1), tf.mul(gradient, scalars.gain1));
      const v = tf.add(tf.mul(second, scalars.beta2), tf.mul(tf.square(gradient), scalars.gain2));
      const direction = tf.div(m, tf.add(tf.sqrt(v), scalars.epsilon));
      parameters[name] = tf.sub(decayed, tf.mul(direction, scalars.stepSize));
      firstMoments[name] = m;
      secondMoments[name] = v;
    }
    return { parameters, firstMoments, secondMoments };
  });
}

function stepScalars(
  { learningRate, biasCorrection1, biasCorrection2, gradientScale }: AdamWOptions,
  [beta1, beta2]: readonly [number, number],
  epsilon: number,
  weightDecay: number,
) {
  const root = tf.sqrt(biasCorrection2);
  const gain1 = tf.scalar(1 - beta1);
  const gain2 = tf.scalar(1 - beta2);
  return {
    beta1: tf.scalar(beta1),
    beta2: tf.scalar(beta2),
    gain1: gradientScale === undefined ? gain1 : tf.mul(gain1, gradientScale),
    gain2: gradientScale === undefined ? gain2 : tf.mul(gain2, tf.square(gradientScale)),
    epsilon: tf.mul(root, epsilon),
    stepSize: tf.div(tf.mul(learningRate, root), biasCorrection1),
    kept: tf.sub(1, tf.mul(learningRate, weightDecay)),
  };
}

function entry(tensors: TensorRecord, group: string, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined)
    throw new RangeError(`adamW: ${group} must hold an entry for the gradient ${name}`);
  return tensor;
}
