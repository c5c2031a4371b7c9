import { Table } from "apache-arrow";
import { predictionBatches } from "./_predictionBatches.js";
import type { BatchSource } from "./BatchSource.js";
import type { PredictOptions } from "./PredictOptions.js";
import type { TrainableModel } from "./TrainableModel.js";

/**
 * Scores every image of a source into a table in memory; {@link predictToFile} is for more than that holds.
 *
 * @param model - The model with the parameters to use, for instance those of {@link FitResult}.
 * @param source - The images; read as epoch 0.
 * @param options - Engine, batch size, mirrored images and what is to be recorded.
 * @returns An Arrow table, one row an image in the order of the source: `imageId` and `patientId` (Utf8), then for each
 * finding `label:<finding>` (Int8: 1, 0, null where it was NaN) and `score:<finding>` (Float64: the sigmoid of the
 * logit, in [0, 1]). The schema's metadata are `metadata` and `format`, `version`.
 * @throws RangeError or TypeError if model, source or options do not fit each other, or a logit is NaN (the message
 * names image and finding); the signal's reason when aborted.
 * @see The table `Predictions` is what {@link writePredictions} and {@link readPredictions} carry.
 * @see Averaging probabilities over mirrored images: MMPretrain's AverageClsScoreTTA.
 * @example
 * {@includeCode ../example/predictions.example.ts#predictions}
 */
export async function predict(
  model: TrainableModel,
  source: BatchSource,
  options: PredictOptions,
): Promise<Table> {
  const { schema, batches } = predictionBatches("predict", model, source, options, Number.POSITIVE_INFINITY);
  const whole = [];
  for await (const batch of batches) whole.push(batch);
  return new Table(schema, whole);
}
