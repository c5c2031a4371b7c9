import type { Runtime } from "@cxrkit/runtime";
import type { Table } from "apache-arrow";
import { requireInteger } from "./_check.js";
import { compileForward, evaluate, sigmoid } from "./_evaluate.js";
import { predictionsTable } from "./_predictionsTable.js";
import { requireModel, requireSource } from "./_requireModel.js";
import type { BatchSource } from "./BatchSource.js";
import type { TrainableModel } from "./TrainableModel.js";

/** How far {@link predict} is. */
export interface PredictProgress {
  /** Number of images scored. */
  readonly numImages: number;
  /** Number of images of the source. */
  readonly totalImages: number;
}

/** Options of {@link predict}. */
export interface PredictOptions {
  /** Engine that runs the model; it stays open. */
  readonly runtime: Runtime;
  /** Number of images of one pass through the model, an integer of at least 1. The last batch may be shorter. */
  readonly batchSize: number;
  /** Ends the work before the next batch. */
  readonly signal?: AbortSignal;
  /** Called after each batch; what it throws is dropped. */
  readonly onProgress?: (progress: PredictProgress) => void;
  /** Where the predictions come from: model, start, dataset, protocol, seed, checkpoint hash … */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Scores every image of a source.
 *
 * @param model - The model with the parameters to use, for instance those of {@link FitResult}.
 * @param source - The images; read as epoch 0.
 * @param options - Engine, batch size and what is to be recorded.
 * @returns An Arrow table, one row an image in the order of the source: `imageId` and `patientId` (Utf8), then for each
 * finding `label:<finding>` (Int8: 1, 0, null where it was NaN) and `score:<finding>` (Float64: the sigmoid of the
 * logit, in [0, 1]). The schema's metadata are `metadata` and `format`, `version`.
 * @throws RangeError or TypeError if model, source or options do not fit each other, or a logit is NaN (the message
 * names image and finding); the signal's reason when aborted.
 * @see The table `Predictions` is what {@link writePredictions} and {@link readPredictions} carry.
 * @example {@includeCode ../example/predictions.example.ts#predictions}
 */
export async function predict(
  model: TrainableModel,
  source: BatchSource,
  { runtime, batchSize, signal, onProgress, metadata = {} }: PredictOptions,
): Promise<Table> {
  requireModel("predict", model);
  requireSource("predict", "source", source, model.numClasses);
  requireInteger("predict", "batchSize", batchSize, 1);
  signal?.throwIfAborted();
  const step = await compileForward("predict", model, runtime, batchSize);
  try {
    const { labels, logits, imageIds, patientIds } = await evaluate(step, source, {
      subject: "predict: source",
      model,
      batchSize,
      signal,
      onBatch: (numImages) => tell(onProgress, { numImages, totalImages: source.numImages }),
    });
    requireNumbers(logits, imageIds, source.findings);
    return predictionsTable(
      { imageIds, patientIds, labels, scores: sigmoid(logits) },
      source.findings,
      metadata,
    );
  } finally {
    step.dispose();
  }
}

function tell(onProgress: PredictOptions["onProgress"], progress: PredictProgress): void {
  try {
    // An async function fits the type of a callback; its rejection must be caught as well.
    Promise.resolve(onProgress?.(progress) as unknown).catch(() => {});
  } catch {
    // Progress is for a person; it must not end the work.
  }
}

function requireNumbers(
  logits: Float32Array,
  imageIds: readonly string[],
  findings: readonly string[],
): void {
  const wrong = logits.findIndex(Number.isNaN);
  if (wrong === -1) return;
  const image = imageIds[Math.floor(wrong / findings.length)];
  throw new RangeError(
    `predict: the logit of ${findings[wrong % findings.length]} for image ${image} must be a number, got NaN`,
  );
}
