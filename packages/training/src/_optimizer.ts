import type { InputSpec } from "@cxrkit/runtime";
import type * as tf from "@tensorflow/tfjs-core";
import type { RunPlan } from "./_planRun.js";
import { optimizerPrefix } from "./_requireModel.js";
import { adam } from "./adam.js";
import { adamW, type TensorRecord } from "./adamW.js";
import { sgd } from "./sgd.js";

/** What an optimiser keeps for each trained parameter; each is a prefix in state and checkpoints. */
export function slotsOf({ optimizer, momentum }: RunPlan): readonly string[] {
  if (optimizer !== "sgd") return ["m", "v"];
  return momentum === 0 ? [] : ["momentum"];
}

/** Name of what is kept for a parameter in state and checkpoints. */
export function slotName(slot: string, parameter: string): string {
  return `${optimizerPrefix}${slot}/${parameter}`;
}

/** Scalars that a step of the optimiser reads beside the learning rate. */
export function optimizerInputs({ optimizer }: RunPlan): Record<string, InputSpec> {
  const scalar = { shape: [], dtype: "float32" } as const;
  return optimizer === "sgd" ? {} : { biasCorrection1: scalar, biasCorrection2: scalar };
}

/** Their values at the update that is the `number`th to move the moments, from 1. */
export function optimizerValues({ optimizer, betas }: RunPlan, number: number): Record<string, Float32Array> {
  if (optimizer === "sgd") return {};
  return {
    biasCorrection1: Float32Array.of(1 - betas[0] ** number),
    biasCorrection2: Float32Array.of(1 - betas[1] ** number),
  };
}

/** One update: new values of the state's entries that change. */
export function applyOptimizer(
  plan: RunPlan,
  state: TensorRecord,
  gradients: TensorRecord,
  inputs: TensorRecord,
  gradientScale: tf.Scalar | undefined,
): Record<string, tf.Tensor> {
  const common = {
    learningRate: inputs.learningRate as tf.Scalar,
    weightDecay: plan.weightDecay,
    spared: (name: string) => plan.spared.has(name),
    learningRateScale: (name: string) => plan.learningRateScale.get(name) ?? 1,
    ...(gradientScale === undefined ? {} : { gradientScale }),
  };
  const parameters = pick(plan, state, (name) => name);
  if (plan.optimizer === "sgd") {
    const { momentum, nesterov } = plan;
    const momenta = momentum === 0 ? {} : pick(plan, state, (name) => slotName("momentum", name));
    const next = sgd({ parameters, momenta }, gradients, { ...common, momentum, nesterov });
    return { ...next.parameters, ...renamed("momentum", next.momenta) };
  }
  const next = (plan.optimizer === "adam" ? adam : adamW)(
    {
      parameters,
      firstMoments: pick(plan, state, (name) => slotName("m", name)),
      secondMoments: pick(plan, state, (name) => slotName("v", name)),
    },
    gradients,
    {
      ...common,
      biasCorrection1: inputs.biasCorrection1 as tf.Scalar,
      biasCorrection2: inputs.biasCorrection2 as tf.Scalar,
      betas: plan.betas,
      epsilon: plan.epsilon,
    },
  );
  return { ...next.parameters, ...renamed("m", next.firstMoments), ...renamed("v", next.secondMoments) };
}

function pick(
  { trainable }: RunPlan,
  state: TensorRecord,
  stored: (name: string) => string,
): Record<string, tf.Tensor> {
  return Object.fromEntries(trainable.map((name) => [name, state[stored(name)] as tf.Tensor]));
}

function renamed(slot: string, tensors: TensorRecord): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [slotName(slot, name), tensor]));
}
