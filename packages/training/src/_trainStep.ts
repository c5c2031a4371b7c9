import type { CompiledStep, InputSpec, NamedArray, StepResult } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { applyOptimizer, optimizerInputs, slotName, slotsOf } from "./_optimizer.js";
import type { RunPlan } from "./_planRun.js";
import { requireLogits } from "./_requireModel.js";
import type { TensorRecord } from "./adamW.js";
import { clipByGlobalNorm } from "./clipByGlobalNorm.js";

/** Nearly the largest float32. */
const largestFloat32 = 3.4028234e38;

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
export async function readRunState(plan: RunPlan, step: CompiledStep): Promise<Map<string, NamedArray>> {
  const state = await step.readState();
  if (plan.accumulate > 1) for (const name of plan.trainable) state.delete(slotName("gradient", name));
  return state;
}

/** Compiles forward pass, gradients and update into one step. */
export function compileTrainStep(
  plan: RunPlan,
  state: ReadonlyMap<string, NamedArray>,
): Promise<CompiledStep> {
  const { batchSize, model } = plan;
  const whole = new Map(state);
  if (plan.accumulate > 1) {
    for (const name of plan.trainable)
      whole.set(slotName("gradient", name), zerosLike(model.parameters.get(name)));
  }
  const scalar: InputSpec = { shape: [], dtype: "float32" };
  const matrix: InputSpec = { shape: [batchSize, model.numClasses], dtype: "float32" };
  return plan.runtime.compile({
    state: whole,
    inputs: {
      images: { shape: [batchSize, ...model.imageShape], dtype: model.imageDType ?? "float32" },
      labels: matrix,
      mask: matrix,
      learningRate: scalar,
      ...optimizerInputs(plan),
      ...(plan.ema === undefined ? {} : { averageGain: scalar }),
      ...(plan.accumulate > 1 ? { share: scalar, apply: scalar } : {}),
    },
    step: (tensors, inputs) => update(plan, tensors, inputs),
  });
}

function update(plan: RunPlan, state: TensorRecord, inputs: TensorRecord): StepResult {
  const { loss, gradients: fresh } = lossAndGradients(plan, state, inputs);
  const summed = plan.accumulate > 1 ? accumulated(fresh, state) : fresh;
  const gradients = clippedByValue(plan, summed);
  const clipped =
    plan.maxGradientNorm === undefined ? undefined : clipByGlobalNorm(gradients, plan.maxGradientNorm);
  const changed = applyOptimizer(plan, state, gradients, inputs, clipped?.scale);
  if (plan.ema !== undefined) {
    for (const name of Object.keys(gradients))
      changed[slotName("ema", name)] = averaged(state, name, changed, inputs.averageGain as tf.Tensor);
  }
  const finite = plan.onNonFinite === "skip" ? allFinite(loss, summed) : undefined;
  return {
    state: gated(plan, state, changed, { gradients: summed, inputs, finite }),
    outputs: {
      loss,
      ...(clipped === undefined
        ? {}
        : { gradientNorm: clipped.norm, gradientSquares: squaresOf(plan, gradients) }),
      ...(finite === undefined ? {} : { finite: tf.cast(finite, "float32") }),
    },
  };
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

/** The sums of an update that is not finished, with this batch's share added. */
function accumulated(fresh: TensorRecord, state: TensorRecord): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(fresh).map(([name, gradient]) => [
      name,
      tf.add(state[slotName("gradient", name)] as tf.Tensor, gradient),
    ]),
  );
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
    readonly gradients: Record<string, tf.Tensor>;
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
    for (const [name, sum] of Object.entries(made.gradients))
      next[slotName("gradient", name)] = tf.where(last, tf.zerosLike(sum), sum);
  }
  return next;
}

/** A comparison with NaN is false, so neither NaN nor an infinity passes; a maximum might pass NaN by. */
function allFinite(loss: tf.Tensor, gradients: Record<string, tf.Tensor>): tf.Tensor {
  const sizes = Object.values(gradients).map((gradient) => tf.sum(tf.abs(gradient)));
  return [loss, ...sizes]
    .map((size) => tf.lessEqual(size, largestFloat32))
    .reduce((all, one) => tf.logicalAnd(all, one));
}

function lossAndGradients(
  { model, batchSize, positiveWeights, loss, trainable }: RunPlan,
  state: TensorRecord,
  { images, labels, mask, share }: TensorRecord,
): { loss: tf.Tensor; gradients: Record<string, tf.Tensor> } {
  const parameters = Object.fromEntries(
    [...model.parameters.keys()].map((name) => [name, state[name] as tf.Tensor]),
  );
  const objective = () => {
    const logits = model.logits(parameters, images as tf.Tensor4D);
    requireLogits("fit", logits.shape, batchSize, model.numClasses);
    const weights = tf.tensor1d(positiveWeights);
    return loss.ofTensors(logits, labels as tf.Tensor2D, weights, mask as tf.Tensor2D);
  };
  // tf.valueAndGrads refuses a parameter that the model does not use; the engine gives undefined for it.
  const trained = trainable.map((name) => parameters[name] as tf.Tensor);
  const { value, grads } = tf.engine().gradients(objective, trained, share, true);
  const gradients: Record<string, tf.Tensor> = {};
  for (const [i, name] of trainable.entries()) {
    const gradient = grads[i] as tf.Tensor | undefined;
    if (gradient !== undefined) gradients[name] = gradient;
  }
  if (Object.keys(gradients).length === 0)
    throw new RangeError("fit: model.logits must depend on at least one parameter, got none with a gradient");
  return { loss: value, gradients };
}

function zerosLike(array: NamedArray | undefined): NamedArray {
  const { shape, data } = array as NamedArray;
  return { dtype: "float32", shape, data: new Float32Array(data.length) };
}
