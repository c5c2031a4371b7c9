import type { CompiledStep, Runtime } from "@cxrkit/runtime";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { mirrored } from "./_mirrored.js";
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

/** How a forward pass is to run over a source. */
export interface EvaluateOptions {
  readonly subject: string;
  readonly model: Pick<TrainableModel, "imageShape" | "imageDType">;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether the mirrored images are passed through as well. */
  readonly flips?: boolean;
}

/** What a forward pass gave for one batch. */
export interface ForwardBatch {
  readonly imageIds: readonly string[];
  readonly patientIds: readonly string[];
  /** Labels 1, 0, NaN, `[B, K]`. */
  readonly labels: Float32Array;
  /** The pass's output, row-major, its rows the images. */
  readonly values: Float32Array;
  /** The same of the mirrored images; undefined without `flips`. */
  readonly mirroredValues: Float32Array | undefined;
}

/** Runs a compiled forward pass over a source, batch by batch. */
export async function* forwardBatches(
  step: CompiledStep,
  output: string,
  source: BatchSource,
  { signal, flips = false, ...expectation }: EvaluateOptions,
): AsyncGenerator<ForwardBatch> {
  const { batchSize, model } = expectation;
  for await (const batch of readBatches(source, { epoch: 0, start: 0 }, expectation)) {
    signal?.throwIfAborted();
    const { imageIds, patientIds, labels } = batch;
    const rows = imageIds.length;
    const pass = async (images: typeof batch.images) => {
      const { data } = (await step.run({ images: padImages(images, rows, batchSize) }))[output] as {
        data: Float32Array;
      };
      return data.slice(0, (data.length / batchSize) * rows);
    };
    const values = await pass(batch.images);
    const mirroredValues = flips ? await pass(mirrored(batch.images, model.imageShape)) : undefined;
    yield { imageIds, patientIds, labels, values, mirroredValues };
  }
}

/** Runs a compiled forward pass over a whole source. */
export async function evaluate(
  step: CompiledStep,
  source: BatchSource,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const imageIds: string[] = [];
  const patientIds: string[] = [];
  const labels: Float32Array[] = [];
  const logits: Float32Array[] = [];
  for await (const batch of forwardBatches(step, "logits", source, options)) {
    for (const [i, id] of batch.imageIds.entries()) {
      imageIds.push(id);
      patientIds.push(batch.patientIds[i] as string);
    }
    labels.push(batch.labels);
    logits.push(batch.values);
  }
  const rows = imageIds.length;
  const columns = source.findings.length;
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

/** Several arrays after one another. */
export function concat(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
