import * as tf from "@tensorflow/tfjs-core";
import { requireAtLeast, requireBelowOne, requirePositive } from "./_check.js";
import type { AdamWOptions, AdamWState, TensorRecord } from "./adamW.js";
import { sparedFromDecay } from "./sparedFromDecay.js";

/** How weight decay enters: into the parameter itself, or into its gradient. */
export type DecayKind = "decoupled" | "coupled";

/** The update that AdamW and Adam share; they differ in where the decay enters. */
export function adamUpdate(
  caller: string,
  kind: DecayKind,
  state: AdamWState,
  gradients: TensorRecord,
  options: AdamWOptions & { readonly weightDecay: number },
): AdamWState {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay, spared = sparedFromDecay } = options;
  requireBelowOne(caller, "betas[0]", betas[0]);
  requireBelowOne(caller, "betas[1]", betas[1]);
  requirePositive(caller, "epsilon", epsilon);
  requireAtLeast(caller, "weightDecay", weightDecay, 0);
  return tf.tidy(() => {
    const scalars = stepScalars(options, betas, epsilon, kind);
    const rates = ratesByScale(caller, options, scalars.stepSize);
    const parameters: Record<string, tf.Tensor> = {};
    const firstMoments: Record<string, tf.Tensor> = {};
    const secondMoments: Record<string, tf.Tensor> = {};
    for (const [name, gradient] of Object.entries(gradients)) {
      const parameter = entryOf(caller, state.parameters, "parameters", name);
      const first = entryOf(caller, state.firstMoments, "firstMoments", name);
      const second = entryOf(caller, state.secondMoments, "secondMoments", name);
      const decays = weightDecay !== 0 && !spared(name, parameter.shape);
      const { stepSize, kept } = rates(name);
      const decayed = decays && kind === "decoupled" ? tf.mul(parameter, kept()) : parameter;
      const g =
        kind === "coupled"
          ? decayedGradient(parameter, gradient, decays ? weightDecay : 0, options.gradientScale)
          : gradient;
      const m = tf.add(tf.mul(first, scalars.beta1), tf.mul(g, scalars.gain1));
      const v = tf.add(tf.mul(second, scalars.beta2), tf.mul(tf.square(g), scalars.gain2));
      const direction = tf.div(m, tf.add(tf.sqrt(v), scalars.epsilon));
      parameters[name] = tf.sub(decayed, tf.mul(direction, stepSize));
      firstMoments[name] = m;
      secondMoments[name] = v;
    }
    return { parameters, firstMoments, secondMoments };
  });
}

/** A gradient times its scale plus the decay of its parameter; the gradient itself where neither applies. */
export function decayedGradient(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  weightDecay: number,
  gradientScale: tf.Scalar | undefined,
): tf.Tensor {
  const scaled = gradientScale === undefined ? gradient : tf.mul(gradient, gradientScale);
  return weightDecay === 0 ? scaled : tf.add(scaled, tf.mul(parameter, weightDecay));
}

/** The entry of a record, or an error that names the gradient that lacks it. */
export function entryOf(caller: string, tensors: TensorRecord, group: string, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined)
    throw new RangeError(`${caller}: ${group} must hold an entry for the gradient ${name}`);
  return tensor;
}

/** The factor on a parameter's learning rate, checked. */
export function rateScaleOf(
  caller: string,
  learningRateScale: ((name: string) => number) | undefined,
  name: string,
): number {
  const scale = learningRateScale?.(name) ?? 1;
  requireAtLeast(caller, `learningRateScale of ${name}`, scale, 0);
  return scale;
}

function stepScalars(
  { learningRate, biasCorrection1, biasCorrection2, gradientScale }: AdamWOptions,
  [beta1, beta2]: readonly [number, number],
  epsilon: number,
  kind: DecayKind,
) {
  const root = tf.sqrt(biasCorrection2);
  const gain1 = tf.scalar(1 - beta1);
  const gain2 = tf.scalar(1 - beta2);
  // Scaling inside the gains saves a pass over each gradient; a decay inside the gradient must not be scaled with it.
  const scale = kind === "coupled" ? undefined : gradientScale;
  return {
    beta1: tf.scalar(beta1),
    beta2: tf.scalar(beta2),
    gain1: scale === undefined ? gain1 : tf.mul(gain1, scale),
    gain2: scale === undefined ? gain2 : tf.mul(gain2, tf.square(scale)),
    epsilon: tf.mul(root, epsilon),
    stepSize: tf.div(tf.mul(learningRate, root), biasCorrection1),
  };
}

/** Step size and share kept by decay, one pair for each distinct factor on the learning rate. */
function ratesByScale(
  caller: string,
  { learningRate, weightDecay, learningRateScale }: AdamWOptions & { readonly weightDecay: number },
  stepSize: tf.Tensor,
): (name: string) => { readonly stepSize: tf.Tensor; readonly kept: () => tf.Tensor } {
  const known = new Map<number, { readonly stepSize: tf.Tensor; readonly kept: () => tf.Tensor }>();
  return (name) => {
    const scale = rateScaleOf(caller, learningRateScale, name);
    const found = known.get(scale);
    if (found !== undefined) return found;
    const rate = scale === 1 ? learningRate : tf.mul(learningRate, scale);
    let kept: tf.Tensor | undefined;
    const rates = {
      stepSize: scale === 1 ? stepSize : tf.mul(stepSize, scale),
      kept: () => {
        kept ??= tf.sub(1, tf.mul(rate, weightDecay));
        return kept;
      },
    };
    known.set(scale, rates);
    return rates;
  };
}
