import { openRuntime } from "@cxrkit/runtime";
import {
  type BatchSource,
  type FeatureModel,
  predict,
  predictFeatures,
  predictFeaturesToFile,
  predictToFile,
  readPredictions,
  type TrainableModel,
  writePredictions,
} from "@cxrkit/training";

/** Scores a source, writes the table and reads it back. */
export async function scoresOf(model: TrainableModel, source: BatchSource, path: string): Promise<number[]> {
  // #region predictions
  const runtime = await openRuntime("auto");
  const predictions = await predict(model, source, { runtime, batchSize: 8, metadata: { split: "test" } });
  await writePredictions(path, predictions);

  const table = await readPredictions(path);
  const scores: number[] = [...(table.getChild("score:nodule") ?? [])];
  // #endregion predictions
  return scores;
}

/** Scores a source of any length into a file, mirrored images included. */
export async function scoreToFile(model: TrainableModel, source: BatchSource, path: string): Promise<number> {
  // #region toFile
  const runtime = await openRuntime("auto");
  const numImages = await predictToFile(model, source, path, { runtime, batchSize: 8, flips: true });
  // #endregion toFile
  return numImages;
}

/** Works out features in memory and into a file. */
export async function featuresOf(model: FeatureModel, source: BatchSource, path: string): Promise<number> {
  // #region features
  const runtime = await openRuntime("auto");
  const table = await predictFeatures(model, source, { runtime, batchSize: 8 });
  const matrix = table.getChild("features")?.data[0]?.children[0]?.values as Float32Array; // [images, D]

  await predictFeaturesToFile(model, source, path, { runtime, batchSize: 8 });
  // #endregion features
  return matrix.length;
}
