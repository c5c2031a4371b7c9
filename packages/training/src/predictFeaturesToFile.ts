import { featureBatches } from "./_featureBatches.js";
import { writeTableFile } from "./_writeTableFile.js";
import type { BatchSource } from "./BatchSource.js";
import type { FeatureModel } from "./FeatureModel.js";
import type { PredictFeaturesOptions } from "./PredictOptions.js";

/** Images of one record batch: 768 features of them are 12 MB. */
const rows = 4096;

/**
 * Works out the features of every image of a source into an Arrow IPC file, in memory that does not grow with their
 * number.
 *
 * @param model - The model with the parameters to use and a function of images to features.
 * @param source - The images; read as epoch 0.
 * @param path - File to write as a whole or not at all, in a folder that exists; it must end in `.arrow`.
 * @param options - As for {@link predictFeatures}.
 * @returns Number of images, when the file is safe on disk.
 * @throws What {@link predictFeatures} throws, RangeError if the path ends otherwise, and the system's error if the file
 * cannot be written; a file that was there stays as it was.
 * @see Apache Arrow columnar format, IPC file format: pyarrow and DuckDB read its list column as a matrix.
 * @example
 * {@includeCode ../example/predictions.example.ts#features}
 */
export async function predictFeaturesToFile(
  model: FeatureModel,
  source: BatchSource,
  path: string,
  options: PredictFeaturesOptions,
): Promise<number> {
  if (!path.endsWith(".arrow"))
    throw new RangeError(`predictFeaturesToFile: path must end in .arrow, got ${path}`);
  const pieces = featureBatches("predictFeaturesToFile", model, source, options, rows);
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true)
    throw new RangeError("predictFeaturesToFile: source must give at least one batch, got none");
  async function* batches() {
    yield first.value.batch;
    for await (const { batch } of { [Symbol.asyncIterator]: () => iterator }) yield batch;
  }
  return writeTableFile("predictFeaturesToFile", path, { schema: first.value.schema, batches: batches() });
}
