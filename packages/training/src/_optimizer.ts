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

/** Numbers of updates after which parameters join, in rising order; 0 where some do not wait. */
export function joinsOf({ trainable, joins }: RunPlan): readonly number[] {
  return [...new Set(trainable.map((name) => joins.get(name) ?? 0))].sort((a, b) => a - b);
}

/** Name of a bias correction of the parameters that joined after so many updates. */
function correctionName(moment: 1 | 2, join: number): string {
  return join === 0 ? `biasCorrection${moment}` : `biasCorrection${moment}/after ${join}`;
}

/** Scalars that a step of the optimiser reads beside the learning rate. */
export function optimizerInputs(plan: RunPlan): Record<string, InputSpec> {
  const scalar = { shape: [], dtype: "float32" } as const;
  if (plan.optimizer === "sgd") return {};
  return Object.fromEntries(
    joinsOf(plan).flatMap((join) => [
      [correctionName(1, join), scalar],
      [correctionName(2, join), scalar],
    ]),
  );
}

/** Their values at the update that is the `number`th to move the moments, from 1. */
export function optimizerValues(plan: RunPlan, number: number): Record<string, Float32Array> {
  if (plan.optimizer === "sgd") return {};
  const correction = (beta: number, join: number) => Float32Array.of(1 - beta ** (number - join));
  return Object.fromEntries(
    joinsOf(plan).flatMap((join) => [
      [correctionName(1, join), correction(plan.betas[0], join)],
      [correctionName(2, join), correction(plan.betas[1], join)],
    ]),
  );
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
  const moments = {
    parameters,
    firstMoments: pick(plan, state, (name) => slotName("m", name)),
    secondMoments: pick(plan, state, (name) => slotName("v", name)),
  };
  const changed: Record<string, tf.Tensor> = {};
  for (const join of joinsOf(plan)) {
    const own = Object.entries(gradients).filter(([name]) => (plan.joins.get(name) ?? 0) === join);
    const next = (plan.optimizer === "adam" ? adam : adamW)(moments, Object.fromEntries(own), {
      ...common,
      biasCorrection1: inputs[correctionName(1, join)] as tf.Scalar,
      biasCorrection2: inputs[correctionName(2, join)] as tf.Scalar,
      betas: plan.betas,
      epsilon: plan.epsilon,
    });
    Object.assign(
      changed,
      next.parameters,
      renamed("m", next.firstMoments),
      renamed("v", next.secondMoments),
    );
  }
  return changed;
}

function pick(
  { trainable }: RunPlan,
  state: TensorRecord,
  stored: (name: string) => string,
): Record<string, tf.Tensor> {
  return Object.fromEntries(trainable.map((name) => [name, state[stored(name)] as tf.Tensor]));
}

/** The same tensors under the names that they have in the state. */
export function renamed(slot: string, tensors: TensorRecord): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [slotName(slot, name), tensor]));
}
