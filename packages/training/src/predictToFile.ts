import { predictionBatches } from "./_predictionBatches.js";
import { rowsOfPiece, writeTableFile } from "./_writeTableFile.js";
import type { BatchSource } from "./BatchSource.js";
import type { PredictOptions } from "./PredictOptions.js";
import type { TrainableModel } from "./TrainableModel.js";

/**
 * Scores every image of a source into a file, in memory that does not grow with their number.
 *
 * @param model - The model with the parameters to use.
 * @param source - The images; read as epoch 0.
 * @param path - File to write as a whole or not at all, in a folder that exists. Its ending says the form, as in
 * {@link writePredictions}: `.csv`, `.parquet`, else Arrow IPC, which {@link readPredictions} reads.
 * @param options - As for {@link predict}.
 * @returns Number of images, when the file is safe on disk.
 * @throws What {@link predict} throws, and the system's error if the file cannot be written; a file that was there
 * stays as it was.
 * @see Apache Arrow columnar format, IPC file format: a record batch is written for every 16,384 images.
 * @example
 * {@includeCode ../example/predictions.example.ts#toFile}
 */
export async function predictToFile(
  model: TrainableModel,
  source: BatchSource,
  path: string,
  options: PredictOptions,
): Promise<number> {
  const stream = predictionBatches("predictToFile", model, source, options, rowsOfPiece);
  return writeTableFile("predictToFile", path, stream);
}
