import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import type * as tf from "@tensorflow/tfjs-core";
import { slotName, slotsOf } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { optimizerPrefix } from "./_requireModel.js";
import type { TensorRecord } from "./adamW.js";

/** State of a run that has made no step: the parameters, what the optimiser keeps of zero, and the average. */
export function initialState(plan: RunPlan): Map<string, NamedArray> {
  const { parameters } = plan.model;
  const state = new Map(parameters);
  for (const slot of slotsOf(plan)) {
    for (const name of plan.trainable) state.set(slotName(slot, name), zerosLike(parameters.get(name)));
  }
  if (plan.ema !== undefined) {
    for (const name of plan.trainable) state.set(slotName("ema", name), parameters.get(name) as NamedArray);
  }
  for (const [name, array] of plan.objective.kept) state.set(keptName(name), array);
  return state;
}

/** The parameters among the entries of a state. */
export function parametersOf(
  { model }: RunPlan,
  state: ReadonlyMap<string, NamedArray>,
): Map<string, NamedArray> {
  return new Map([...model.parameters.keys()].map((name) => [name, state.get(name) as NamedArray]));
}

/** The parameters that are validated and kept as the best: the averaged ones where there is an average. */
export function evaluatedOf(plan: RunPlan, state: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const parameters = parametersOf(plan, state);
  if (plan.ema === undefined) return parameters;
  for (const name of plan.trainable) parameters.set(name, state.get(slotName("ema", name)) as NamedArray);
  return parameters;
}

/** Reads the state out of a step, without the sums of an update that is not finished. */
export async function readRunState(
  plan: RunPlan,
  step: CompiledStep,
  into?: ReadonlyMap<string, NamedArray>,
): Promise<Map<string, NamedArray>> {
  const state = await step.readState({ into });
  for (const name of sumsOf(plan).keys()) state.delete(name);
  return state;
}

/** Name under which something that the objective keeps stands in state and checkpoints. */
export function keptName(name: string): string {
  return `${optimizerPrefix}${name}`;
}

/** Names and shapes of what is summed over the batches of an update. */
export function sumsOf({ accumulate, trainable, model, objective }: RunPlan): Map<string, readonly number[]> {
  if (accumulate === 1) return new Map();
  const shapeOf = (name: string) => (model.parameters.get(name) as NamedArray).shape;
  return new Map([
    ...trainable.map((name) => [slotName("gradient", name), shapeOf(name)] as const),
    ...[...objective.statistics].map(([name, shape]) => [slotName("statistic", name), shape] as const),
  ]);
}

/** What the objective keeps, by its own names. */
export function keptOf({ kept }: RunPlan["objective"], state: TensorRecord): Record<string, tf.Tensor> {
  return Object.fromEntries([...kept.keys()].map((name) => [name, state[keptName(name)] as tf.Tensor]));
}

function zerosLike(array: NamedArray | undefined): NamedArray {
  return zerosOf((array as NamedArray).shape);
}

/** An array of zeros. */
export function zerosOf(shape: readonly number[]): NamedArray {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { dtype: "float32", shape, data: new Float32Array(size) };
}
