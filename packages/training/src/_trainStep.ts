import type { CompiledStep, NamedArray, StepResult } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import type { RunPlan } from "./_planRun.js";
import { optimizerPrefix, requireLogits } from "./_requireModel.js";
import { adamW, type TensorRecord } from "./adamW.js";
import { clipByGlobalNorm } from "./clipByGlobalNorm.js";
import { weightedBinaryCrossEntropy } from "./weightedBinaryCrossEntropy.js";

/** Name of a parameter's first moment in state and checkpoints. */
const firstMoment = (name: string): string => `${optimizerPrefix}m/${name}`;

/** Name of a parameter's second moment in state and checkpoints. */
const secondMoment = (name: string): string => `${optimizerPrefix}v/${name}`;

/** State of a run that has made no step: the parameters and moments of zero. */
export function initialState(parameters: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const state = new Map(parameters);
  for (const moment of [firstMoment, secondMoment]) {
    for (const [name, { shape, data }] of parameters)
      state.set(moment(name), { dtype: "float32", shape, data: new Float32Array(data.length) });
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

/** Compiles forward pass, gradients and update into one step. */
export function compileTrainStep(
  plan: RunPlan,
  state: ReadonlyMap<string, NamedArray>,
): Promise<CompiledStep> {
  const { batchSize, model } = plan;
  const scalar = { shape: [], dtype: "float32" } as const;
  const matrix = { shape: [batchSize, model.numClasses], dtype: "float32" } as const;
  return plan.runtime.compile({
    state,
    inputs: {
      images: { shape: [batchSize, ...model.imageShape], dtype: model.imageDType ?? "float32" },
      labels: matrix,
      mask: matrix,
      learningRate: scalar,
      biasCorrection1: scalar,
      biasCorrection2: scalar,
    },
    step: (tensors, inputs) => update(plan, tensors, inputs),
  });
}

function update(plan: RunPlan, state: TensorRecord, inputs: TensorRecord): StepResult {
  const names = [...plan.model.parameters.keys()];
  const parameters = pick(state, names, (name) => name);
  const { loss, gradients } = lossAndGradients(plan, parameters, inputs);
  const clipped =
    plan.maxGradientNorm === undefined ? undefined : clipByGlobalNorm(gradients, plan.maxGradientNorm);
  const next = adamW(
    {
      parameters,
      firstMoments: pick(state, names, firstMoment),
      secondMoments: pick(state, names, secondMoment),
    },
    gradients,
    {
      learningRate: inputs.learningRate as tf.Scalar,
      biasCorrection1: inputs.biasCorrection1 as tf.Scalar,
      biasCorrection2: inputs.biasCorrection2 as tf.Scalar,
      betas: plan.betas,
      epsilon: plan.epsilon,
      weightDecay: plan.weightDecay,
      spared: (name) => plan.spared.has(name),
      ...(clipped === undefined ? {} : { gradientScale: clipped.scale }),
    },
  );
  const changed: Record<string, tf.Tensor> = { ...next.parameters };
  for (const [name, value] of Object.entries(next.firstMoments)) changed[firstMoment(name)] = value;
  for (const [name, value] of Object.entries(next.secondMoments)) changed[secondMoment(name)] = value;
  return { state: changed, outputs: clipped === undefined ? { loss } : { loss, gradientNorm: clipped.norm } };
}

function lossAndGradients(
  { model, batchSize, positiveWeights }: RunPlan,
  parameters: TensorRecord,
  { images, labels, mask }: TensorRecord,
): { loss: tf.Tensor; gradients: Record<string, tf.Tensor> } {
  const objective = () => {
    const logits = model.logits(parameters, images as tf.Tensor4D);
    requireLogits("fit", logits.shape, batchSize, model.numClasses);
    return weightedBinaryCrossEntropy(logits, labels as tf.Tensor2D, tf.tensor1d(positiveWeights), {
      mask: mask as tf.Tensor2D,
    });
  };
  // tf.valueAndGrads refuses a parameter that the model does not use; the engine gives undefined for it.
  const { value, grads } = tf.engine().gradients(objective, Object.values(parameters), undefined, true);
  const gradients: Record<string, tf.Tensor> = {};
  for (const [i, name] of Object.keys(parameters).entries()) {
    const gradient = grads[i] as tf.Tensor | undefined;
    if (gradient !== undefined) gradients[name] = gradient;
  }
  if (Object.keys(gradients).length === 0)
    throw new RangeError("fit: model.logits must depend on at least one parameter, got none with a gradient");
  return { loss: value, gradients };
}

function pick(
  state: TensorRecord,
  names: readonly string[],
  stored: (name: string) => string,
): Record<string, tf.Tensor> {
  return Object.fromEntries(names.map((name) => [name, state[stored(name)] as tf.Tensor]));
}
