import type { CompiledStep, InputSpec, NamedArray, StepResult } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { lossAndGradients } from "./_lossAndGradients.js";
import { applyOptimizer, optimizerInputs, renamed, slotName } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { keptName, keptOf, sumsOf, zerosOf } from "./_runState.js";
import type { TensorRecord } from "./adamW.js";
import { clipByGlobalNorm } from "./clipByGlobalNorm.js";

/** Nearly the largest float32. */
const largestFloat32 = 3.4028234e38;

/** Compiles forward pass, gradients and update into one step. */
export function compileTrainStep(
  plan: RunPlan,
  state: ReadonlyMap<string, NamedArray>,
): Promise<CompiledStep> {
  const whole = new Map(state);
  for (const [name, shape] of sumsOf(plan)) whole.set(name, zerosOf(shape));
  const scalar: InputSpec = { shape: [], dtype: "float32" };
  return plan.runtime.compile({
    state: whole,
    inputs: {
      ...plan.objective.inputs,
      learningRate: scalar,
      ...optimizerInputs(plan),
      ...(plan.ema === undefined ? {} : { averageGain: scalar }),
      ...(plan.lossScaling === undefined ? {} : { lossScale: scalar }),
      ...(plan.accumulate > 1 ? { share: scalar, apply: scalar } : {}),
    },
    step: (tensors, inputs) => update(plan, tensors, inputs),
    precision: plan.precision,
  });
}

function update(plan: RunPlan, state: TensorRecord, inputs: TensorRecord): StepResult {
  const { loss, gradients: fresh, statistics, watched } = lossAndGradients(plan, state, inputs);
  const summed = accumulated(plan, "gradient", fresh, state);
  const gradients = clippedByValue(plan, summed);
  const clipped =
    plan.maxGradientNorm === undefined ? undefined : clipByGlobalNorm(gradients, plan.maxGradientNorm);
  const changed = applyOptimizer(plan, state, gradients, inputs, clipped?.scale);
  if (plan.ema !== undefined) {
    for (const name of Object.keys(gradients))
      changed[slotName("ema", name)] = averaged(state, name, changed, inputs.averageGain as tf.Tensor);
  }
  const means = accumulated(plan, "statistic", statistics, state, inputs.share);
  Object.assign(changed, followed(plan, state, changed, means, inputs));
  const finite = leavesOut(plan) ? allFinite(loss, summed) : undefined;
  const sums = { ...renamed("gradient", summed), ...renamed("statistic", means) };
  return {
    state: gated(plan, state, changed, { sums, inputs, finite }),
    outputs: {
      loss,
      ...watched,
      ...(clipped === undefined
        ? {}
        : { gradientNorm: clipped.norm, gradientSquares: squaresOf(plan, gradients) }),
      ...(finite === undefined ? {} : { finite: tf.cast(finite, "float32") }),
    },
  };
}

/** New values of what the objective keeps. */
function followed(
  { model, objective }: RunPlan,
  state: TensorRecord,
  changed: TensorRecord,
  statistics: TensorRecord,
  inputs: TensorRecord,
): Record<string, tf.Tensor> {
  if (objective.follow === undefined) return {};
  const parameters = Object.fromEntries(
    [...model.parameters.keys()].map((name) => [name, (changed[name] ?? state[name]) as tf.Tensor]),
  );
  const next = objective.follow(parameters, keptOf(objective, state), statistics, inputs);
  return Object.fromEntries(Object.entries(next).map(([name, value]) => [keptName(name), value]));
}

/** Sum of squares of each parameter's gradient, which a compiling engine takes from the norm. */
function squaresOf({ trainable }: RunPlan, gradients: TensorRecord): tf.Tensor {
  return tf.stack(
    trainable.map((name) => {
      const gradient = gradients[name];
      return gradient === undefined ? tf.scalar(0) : tf.sum(tf.square(gradient));
    }),
  );
}

/** The sums of an update that is not finished, with this batch's share added; of one batch, what it gave. */
function accumulated(
  { accumulate }: RunPlan,
  slot: string,
  fresh: TensorRecord,
  state: TensorRecord,
  share?: tf.Tensor,
): Record<string, tf.Tensor> {
  if (accumulate === 1) return { ...fresh };
  const sum = (name: string, value: tf.Tensor) =>
    tf.add(state[slotName(slot, name)] as tf.Tensor, share === undefined ? value : tf.mul(value, share));
  return Object.fromEntries(Object.entries(fresh).map(([name, value]) => [name, sum(name, value)]));
}

function clippedByValue({ maxGradientValue }: RunPlan, gradients: Record<string, tf.Tensor>) {
  if (maxGradientValue === undefined) return gradients;
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      tf.clipByValue(gradient, -maxGradientValue, maxGradientValue),
    ]),
  );
}

/** e + (1 − d)(θ − e), which keeps more digits than d·e + (1 − d)·θ where d is near 1. */
function averaged(state: TensorRecord, name: string, changed: TensorRecord, gain: tf.Tensor): tf.Tensor {
  const average = state[slotName("ema", name)] as tf.Tensor;
  return tf.add(average, tf.mul(tf.sub(changed[name] as tf.Tensor, average), gain));
}

/** Lets an update happen only at the last of its batches and, where others are skipped, with finite gradients. */
function gated(
  plan: RunPlan,
  state: TensorRecord,
  changed: Record<string, tf.Tensor>,
  made: {
    readonly sums: Record<string, tf.Tensor>;
    readonly inputs: TensorRecord;
    readonly finite: tf.Tensor | undefined;
  },
): Record<string, tf.Tensor> {
  const { finite } = made;
  const last = plan.accumulate > 1 ? tf.greater(made.inputs.apply as tf.Tensor, 0.5) : undefined;
  const open = last !== undefined && finite !== undefined ? tf.logicalAnd(last, finite) : (last ?? finite);
  if (open === undefined) return changed;
  const next: Record<string, tf.Tensor> = {};
  for (const [name, value] of Object.entries(changed))
    next[name] = tf.where(open, value, state[name] as tf.Tensor);
  if (last !== undefined) {
    for (const [name, sum] of Object.entries(made.sums)) next[name] = tf.where(last, tf.zerosLike(sum), sum);
  }
  return next;
}

/** Whether an update is left out when a loss or gradient is not finite. */
export function leavesOut({ onNonFinite, lossScaling }: RunPlan): boolean {
  return onNonFinite === "skip" || lossScaling !== undefined;
}

/** A comparison with NaN is false, so neither NaN nor an infinity passes; a maximum might pass NaN by. */
function allFinite(loss: tf.Tensor, gradients: Record<string, tf.Tensor>): tf.Tensor {
  const sizes = Object.values(gradients).map((gradient) => tf.sum(tf.abs(gradient)));
  return [loss, ...sizes]
    .map((size) => tf.lessEqual(size, largestFloat32))
    .reduce((all, one) => tf.logicalAnd(all, one));
}
