import { openRuntime } from "@cxrkit/runtime";
import {
  type BatchSource,
  predict,
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
  // #endregion
  return scores;
}
