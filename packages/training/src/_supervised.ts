import type { InputData, InputSpec } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./_loss.js";
import type { BatchPlace, Objective } from "./_objective.js";
import { padBatch } from "./_padBatch.js";
import { randomStream } from "./_random.js";
import { requireLogits } from "./_requireModel.js";
import type { TensorRecord } from "./adamW.js";
import type { RandomInput } from "./RandomInput.js";
import type { TrainableModel } from "./TrainableModel.js";

/** What the supervised case needs to know. */
export interface SupervisedSettings {
  readonly model: TrainableModel;
  readonly loss: Loss;
  readonly positiveWeights: Float32Array;
  readonly batchSize: number;
  readonly seed: number;
}

/** The loss of a model's logits against the labels. */
export function supervisedObjective(settings: SupervisedSettings): Objective {
  const { model, loss, positiveWeights, batchSize } = settings;
  const matrix: InputSpec = { shape: [batchSize, model.numClasses], dtype: "float32" };
  const images = { shape: [batchSize, ...model.imageShape], dtype: model.imageDType ?? "float32" };
  return {
    kept: new Map(),
    statistics: new Map(),
    inputs: { images, labels: matrix, mask: matrix, ...randomSpecs(settings) },
    watched: [],
    identity: {
      positiveWeights: [...positiveWeights],
      ...(loss.identity === undefined ? {} : { loss: loss.identity }),
      ...randomIdentity(settings),
    },
    feed: (batch, place) => {
      const { numLabels, ...values } = padBatch(batch, batchSize);
      return { values: { ...values, ...drawn(settings, place) }, weight: numLabels };
    },
    evaluate: (parameters, _, inputs) => {
      const pixels = inputs.images as tf.Tensor4D;
      const logits =
        model.randomInputs === undefined
          ? model.logits(parameters, pixels)
          : model.logits(parameters, pixels, randomTensors(model, inputs));
      requireLogits("fit", logits.shape, batchSize, model.numClasses);
      const weights = tf.tensor1d(positiveWeights);
      const { labels, mask } = inputs;
      return { loss: loss.ofTensors(logits, labels as tf.Tensor2D, weights, mask as tf.Tensor2D) };
    },
  };
}

function randomInputsOf({ randomInputs = {} }: TrainableModel): [string, RandomInput][] {
  return Object.entries(randomInputs);
}

/** Name of a random input among the inputs of the step, where no other name begins so. */
function inputName(name: string): string {
  return `random/${name}`;
}

function randomSpecs({ model, batchSize }: SupervisedSettings): Record<string, InputSpec> {
  return Object.fromEntries(
    randomInputsOf(model).map(([name, { shape }]) => [
      inputName(name),
      { shape: shape(batchSize), dtype: "float32" },
    ]),
  );
}

function randomTensors(model: TrainableModel, inputs: TensorRecord): TensorRecord {
  return Object.fromEntries(
    randomInputsOf(model).map(([name]) => [name, inputs[inputName(name)] as tf.Tensor]),
  );
}

function drawn(
  { model, batchSize, seed }: SupervisedSettings,
  { epoch, batch }: BatchPlace,
): Record<string, InputData> {
  return Object.fromEntries(
    randomInputsOf(model).map(([name, { shape, draw }]) => {
      const values = draw(
        batchSize,
        randomStream(seed, epoch, batch, ...Array.from(name, (letter) => letter.codePointAt(0) ?? 0)),
      );
      const size = shape(batchSize).reduce((product, axis) => product * axis, 1);
      if (!(values instanceof Float32Array) || values.length !== size)
        throw new RangeError(
          `fit: model.randomInputs.${name} must draw a Float32Array of ${size} numbers for shape [${shape(batchSize)}], got ${values.length}`,
        );
      return [inputName(name), values];
    }),
  );
}

/** Shapes and a first draw of the random inputs, which differ where a rate does. */
function randomIdentity(settings: SupervisedSettings): Objective["identity"] {
  if (settings.model.randomInputs === undefined) return {};
  const draws = Object.entries(drawn(settings, { epoch: 0, step: 0, batch: 0 }));
  const sums = draws.map(([name, values]) => [
    name,
    Array.from(values as Float32Array).reduce((sum, value, i) => sum + value * (1 + i), 0),
  ]);
  return { randomInputs: Object.fromEntries(sums) };
}
