import type { RecordBatch, Schema } from "apache-arrow";
import { compileForward, type ForwardBatch, forwardBatches, sigmoid } from "./_evaluate.js";
import { gathered } from "./_gathered.js";
import { predictionsBatch, predictionsSchema } from "./_predictionsTable.js";
import { requireModel, requireSource } from "./_requireModel.js";
import { requirePredictOptions } from "./_requirePredictOptions.js";
import { withProgress } from "./_withProgress.js";
import type { BatchSource } from "./BatchSource.js";
import type { PredictOptions } from "./PredictOptions.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Rows that come in pieces, under one schema. */
export interface BatchStream {
  readonly schema: Schema;
  /** At least one piece; to be read once. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/** Checks what {@link predict} is given and scores the source in pieces of `rows` images as they are asked for. */
export function predictionBatches(
  caller: string,
  model: TrainableModel,
  source: BatchSource,
  options: PredictOptions,
  rows: number,
): BatchStream {
  requireModel(caller, model);
  requireSource(caller, "source", source, model.numClasses);
  requirePredictOptions(caller, options);
  const schema = predictionsSchema(source.findings, options.metadata ?? {});
  return { schema, batches: scored(caller, schema, model, source, options, rows) };
}

async function* scored(
  caller: string,
  schema: Schema,
  model: TrainableModel,
  source: BatchSource,
  { runtime, batchSize, signal, onProgress, flips = false }: PredictOptions,
  rows: number,
): AsyncGenerator<RecordBatch> {
  const step = await compileForward(caller, model, runtime, batchSize);
  try {
    const expectation = { subject: `${caller}: source`, model, batchSize, signal, flips };
    const passes = forwardBatches(step, "logits", source, expectation);
    for await (const batch of gathered(withProgress(passes, source, onProgress), rows)) {
      requireNumbers(caller, batch, source.findings);
      yield predictionsBatch(schema, { ...batch, scores: scoresOf(batch) });
    }
  } finally {
    step.dispose();
  }
}

function scoresOf({ values, mirroredValues }: ForwardBatch): Float64Array {
  const scores = sigmoid(values);
  if (mirroredValues === undefined) return scores;
  const others = sigmoid(mirroredValues);
  return scores.map((score, i) => (score + (others[i] as number)) / 2);
}

function requireNumbers(
  caller: string,
  { values, mirroredValues, imageIds }: ForwardBatch,
  findings: readonly string[],
): void {
  for (const logits of [values, mirroredValues]) {
    const wrong = logits?.findIndex(Number.isNaN) ?? -1;
    if (wrong === -1) continue;
    const image = imageIds[Math.floor(wrong / findings.length)];
    throw new RangeError(
      `${caller}: the logit of ${findings[wrong % findings.length]} for image ${image} must be a number, got NaN`,
    );
  }
}
