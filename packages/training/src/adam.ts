import { adamUpdate } from "./_adamUpdate.js";
import type { AdamWOptions, AdamWState, TensorRecord } from "./adamW.js";

/**
 * One update of Adam: steps along the mean gradient over the root of its mean square.
 *
 * With the decay λ added to the gradient, g ← s·g + λθ (s the gradient scale), then m ← β₁m + (1 − β₁)g,
 * v ← β₂v + (1 − β₂)g², θ ← θ − (η√c₂/c₁)·m / (√v + ε√c₂) with the bias corrections c₁, c₂. Without decay it is
 * {@link adamW} without decay. Nothing is changed in place.
 *
 * @param state - Parameters and moments; the moments have an entry for every gradient.
 * @param gradients - Gradient by parameter name. A parameter without one stays as it is.
 * @param options - Hyper-parameters; `weightDecay` is 0 by default and enters the gradient.
 * @returns New tensors for the parameters that have a gradient, which the caller disposes.
 * @throws RangeError if a hyper-parameter is out of range or a gradient has no parameter or moment.
 * @see Kingma & Ba (2015), Adam: A Method for Stochastic Optimization, algorithm 1; PyTorch, `torch.optim.Adam`.
 * @example
 * {@includeCode ../example/optimizers.example.ts#adam}
 */
export function adam(state: AdamWState, gradients: TensorRecord, options: AdamWOptions): AdamWState {
  const { weightDecay = 0 } = options;
  return adamUpdate("adam", "coupled", state, gradients, { ...options, weightDecay });
}
