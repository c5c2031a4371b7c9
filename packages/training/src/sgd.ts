import * as tf from "@tensorflow/tfjs-core";
import { decayedGradient, entryOf, rateScaleOf } from "./_adamUpdate.js";
import { requireAtLeast, requireBelowOne } from "./_check.js";
import type { TensorRecord } from "./adamW.js";
import { sparedFromDecay } from "./sparedFromDecay.js";

/** What one update of {@link sgd} reads and, gradients apart, returns. */
export interface SgdState {
  /** Parameters. */
  readonly parameters: TensorRecord;
  /** Momentum of each parameter, of its shape, zeros at the start; not read and returned empty without momentum. */
  readonly momenta: TensorRecord;
}

/** Hyper-parameters of {@link sgd}. */
export interface SgdOptions {
  /** Learning rate of this update, a scalar. */
  readonly learningRate: tf.Scalar;
  /** Share of the momentum that stays, in [0, 1). @defaultValue `0` */
  readonly momentum?: number;
  /** Whether the step looks ahead along the momentum; needs a momentum above 0. @defaultValue `false` */
  readonly nesterov?: boolean;
  /** Weight decay λ, at least 0, added to the gradient as λθ. @defaultValue `0` */
  readonly weightDecay?: number;
  /** Which parameters are not decayed. @defaultValue {@link sparedFromDecay} */
  readonly spared?: (name: string, shape: readonly number[]) => boolean;
  /** Factor on the learning rate by parameter, at least 0, as {@link layerDecay} gives it. @defaultValue 1 for all */
  readonly learningRateScale?: (name: string) => number;
  /** Factor on all gradients, a scalar, as {@link clipByGlobalNorm} gives it. */
  readonly gradientScale?: tf.Scalar;
}

/**
 * One update of stochastic gradient descent, with momentum where wanted.
 *
 * g ← s·g + λθ (s the gradient scale), b ← μb + g, θ ← θ − ηb, or θ ← θ − η(g + μb) with Nesterov's look ahead.
 * Nothing is changed in place.
 *
 * @param state - Parameters and, with momentum, an entry of `momenta` for every gradient.
 * @param gradients - Gradient by parameter name. A parameter without one stays as it is.
 * @param options - Hyper-parameters; the learning rate is a scalar tensor.
 * @returns New tensors for the parameters that have a gradient, which the caller disposes.
 * @throws RangeError if a hyper-parameter is out of range or a gradient has no parameter or momentum.
 * @see Sutskever et al. (2013), On the importance of initialization and momentum in deep learning; PyTorch,
 * `torch.optim.SGD` without dampening, whose form of the momentum this is.
 * @example
 * {@includeCode ../example/optimizers.example.ts#sgd}
 */
export function sgd(state: SgdState, gradients: TensorRecord, options: SgdOptions): SgdState {
  const { momentum = 0, nesterov = false, weightDecay = 0, spared = sparedFromDecay } = options;
  requireBelowOne("sgd", "momentum", momentum);
  requireAtLeast("sgd", "weightDecay", weightDecay, 0);
  if (nesterov && momentum === 0)
    throw new RangeError("sgd: momentum must be above 0 when nesterov is true, got 0");
  return tf.tidy(() => {
    const parameters: Record<string, tf.Tensor> = {};
    const momenta: Record<string, tf.Tensor> = {};
    for (const [name, gradient] of Object.entries(gradients)) {
      const parameter = entryOf("sgd", state.parameters, "parameters", name);
      const decay = spared(name, parameter.shape) ? 0 : weightDecay;
      const g = decayedGradient(parameter, gradient, decay, options.gradientScale);
      const scale = rateScaleOf("sgd", options.learningRateScale, name);
      const rate = scale === 1 ? options.learningRate : tf.mul(options.learningRate, scale);
      if (momentum === 0) {
        parameters[name] = tf.sub(parameter, tf.mul(g, rate));
        continue;
      }
      const b = tf.add(tf.mul(entryOf("sgd", state.momenta, "momenta", name), momentum), g);
      const direction = nesterov ? tf.add(g, tf.mul(b, momentum)) : b;
      parameters[name] = tf.sub(parameter, tf.mul(direction, rate));
      momenta[name] = b;
    }
    return { parameters, momenta };
  });
}
