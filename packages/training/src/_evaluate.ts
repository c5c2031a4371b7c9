import type { CompiledStep, Runtime } from "@cxrkit/runtime";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { padImages } from "./_padBatch.js";
import { readBatches } from "./_readBatches.js";
import { requireLogits } from "./_requireModel.js";
import type { BatchSource } from "./BatchSource.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Logits and labels of all images of a source. */
export interface Evaluation {
  /** Identifier of each image. */
  readonly imageIds: readonly string[];
  /** Identifier of each image's patient. */
  readonly patientIds: readonly string[];
  /** Labels 1, 0, NaN, row-major `[rows, columns]`. */
  readonly labels: Float32Array;
  /** Logits, row-major `[rows, columns]`. */
  readonly logits: Float32Array;
  /** Number of images. */
  readonly rows: number;
  /** Number of findings. */
  readonly columns: number;
}

/** Compiles the forward pass for batches of one size. */
export function compileForward(
  caller: string,
  model: TrainableModel,
  runtime: Runtime,
  batchSize: number,
): Promise<CompiledStep> {
  return runtime.compile({
    state: model.parameters,
    inputs: {
      images: { shape: [batchSize, ...model.imageShape], dtype: model.imageDType ?? "float32" },
    },
    step: (parameters, { images }) => {
      const logits = model.logits(parameters, images as Tensor4D);
      requireLogits(caller, logits.shape, batchSize, model.numClasses);
      return { outputs: { logits } };
    },
  });
}

/** How {@link evaluate} is to run. */
export interface EvaluateOptions {
  readonly subject: string;
  readonly model: TrainableModel;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBatch?: (numImages: number) => void;
}

/** Runs a compiled forward pass over a whole source. */
export async function evaluate(
  step: CompiledStep,
  source: BatchSource,
  { signal, onBatch, ...expectation }: EvaluateOptions,
): Promise<Evaluation> {
  const { batchSize } = expectation;
  const columns = source.findings.length;
  const imageIds: string[] = [];
  const patientIds: string[] = [];
  const labels: Float32Array[] = [];
  const logits: Float32Array[] = [];
  for await (const batch of readBatches(source, { epoch: 0, start: 0 }, expectation)) {
    signal?.throwIfAborted();
    const rows = batch.imageIds.length;
    const outputs = await step.run({ images: padImages(batch.images, rows, batchSize) });
    const { data } = outputs.logits as { data: Float32Array };
    for (const [i, id] of batch.imageIds.entries()) {
      imageIds.push(id);
      patientIds.push(batch.patientIds[i] as string);
    }
    labels.push(batch.labels);
    logits.push(data.slice(0, rows * columns));
    onBatch?.(imageIds.length);
  }
  const rows = imageIds.length;
  return { imageIds, patientIds, labels: concat(labels), logits: concat(logits), rows, columns };
}

/** The logistic function, elementwise, in float64. */
export function sigmoid(logits: ArrayLike<number>): Float64Array {
  return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
}

/** The mean of a loss over the labels that count, in float64; NaN when none does. */
export function meanLoss(
  { labels, logits, columns }: Evaluation,
  positiveWeights: ArrayLike<number>,
  ofLabel: (logit: number, label: number, positiveWeight: number) => number,
): number {
  let sum = 0;
  let count = 0;
  for (const [i, label] of labels.entries()) {
    if (Number.isNaN(label)) continue;
    sum += ofLabel(logits[i] as number, label, positiveWeights[i % columns] as number);
    count += 1;
  }
  return sum / count;
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
