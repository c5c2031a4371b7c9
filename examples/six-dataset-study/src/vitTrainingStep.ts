import type { NamedArray, StepDefinition } from "@cxrkit/runtime";
import { adamW, weightedBinaryCrossEntropy } from "@cxrkit/training";
import { imageShape, initialParameters, type VitConfig, vit } from "@cxrkit/vit";
import * as tf from "@tensorflow/tfjs-core";

/** What {@link vitTrainingStep} is made for. */
export interface VitTrainingStepOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Whether each parameter's gradient is an output, `gradient:<name>`. */
  readonly showGradients?: boolean;
  /** Whether the backward pass computes each block once more, see `VitOptions` of the vit package. */
  readonly gradientCheckpointing?: boolean;
}

/**
 * One update of a vision transformer by AdamW as a bare step, for benchmarks and for the comparison of engines: forward,
 * weighted cross-entropy, backward, update. Inputs: `images`, `labels`, `learningRate`, `biasCorrection1`,
 * `biasCorrection2`.
 */
export function vitTrainingStep(
  config: VitConfig,
  { batchSize, seed, showGradients = false, gradientCheckpointing = false }: VitTrainingStepOptions,
): StepDefinition {
  const { numClasses } = config;
  const parameters = initialParameters(config, seed);
  const names = [...parameters.keys()];
  const scalar = { shape: [], dtype: "float32" } as const;
  return {
    state: initialState(parameters),
    inputs: {
      images: { shape: [batchSize, ...imageShape(config)], dtype: "float32" },
      labels: { shape: [batchSize, numClasses], dtype: "float32" },
      learningRate: scalar,
      biasCorrection1: scalar,
      biasCorrection2: scalar,
    },
    step: (state, inputs) => {
      const pick = (prefix: string) =>
        Object.fromEntries(names.map((name) => [name, state[prefix + name] as tf.Tensor]));
      const loss = (...tensors: tf.Tensor[]) => {
        const record = Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
        const logits = vit(record, inputs.images as tf.Tensor4D, config, { gradientCheckpointing });
        return weightedBinaryCrossEntropy(logits, inputs.labels as tf.Tensor2D, tf.ones([numClasses]));
      };
      const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => state[name] as tf.Tensor));
      const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor]));
      const next = adamW(
        { parameters: pick(""), firstMoments: pick("m/"), secondMoments: pick("v/") },
        gradients,
        {
          learningRate: inputs.learningRate as tf.Scalar,
          biasCorrection1: inputs.biasCorrection1 as tf.Scalar,
          biasCorrection2: inputs.biasCorrection2 as tf.Scalar,
        },
      );
      const changed: Record<string, tf.Tensor> = {};
      for (const name of names) {
        changed[name] = next.parameters[name] as tf.Tensor;
        changed[`m/${name}`] = next.firstMoments[name] as tf.Tensor;
        changed[`v/${name}`] = next.secondMoments[name] as tf.Tensor;
      }
      const shown = showGradients
        ? Object.fromEntries(names.map((name) => [`gradient:${name}`, gradients[name] as tf.Tensor]))
        : {};
      return { state: changed, outputs: { loss: value, ...shown } };
    },
  };
}

function initialState(parameters: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const state = new Map(parameters);
  for (const [name, { shape, data }] of parameters) {
    for (const moment of ["m/", "v/"])
      state.set(moment + name, { dtype: "float32", shape, data: new Float32Array(data.length) });
  }
  return state;
}
