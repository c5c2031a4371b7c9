import { type RecordBatch, type Schema, Table } from "apache-arrow";
import { featureBatches } from "./_featureBatches.js";
import type { BatchSource } from "./BatchSource.js";
import type { FeatureModel } from "./FeatureModel.js";
import type { PredictFeaturesOptions } from "./PredictOptions.js";

/**
 * Works out the features of every image of a source, for linear probes and nearest neighbours.
 *
 * @param model - The model with the parameters to use and a function of images to features.
 * @param source - The images; read as epoch 0.
 * @param options - Engine, batch size and what is to be recorded.
 * @returns An Arrow table, one row an image in the order of the source: `imageId` and `patientId` (Utf8), for each
 * finding `label:<finding>` (Int8: 1, 0, null where it was NaN), and `features` (FixedSizeList of D Float32), whose
 * numbers lie one image after the other. The schema's metadata are `metadata` and `format`, `version`.
 * @throws RangeError or TypeError if model, source or options do not fit each other; the signal's reason when aborted.
 * @see Apache Arrow columnar format, fixed-size list layout.
 * @example
 * {@includeCode ../example/predictions.example.ts#features}
 */
export async function predictFeatures(
  model: FeatureModel,
  source: BatchSource,
  options: PredictFeaturesOptions,
): Promise<Table> {
  let schema: Schema | undefined;
  const whole: RecordBatch[] = [];
  const pieces = featureBatches("predictFeatures", model, source, options, Number.POSITIVE_INFINITY);
  for await (const piece of pieces) {
    schema = piece.schema;
    whole.push(piece.batch);
  }
  return new Table(schema as Schema, whole);
}
