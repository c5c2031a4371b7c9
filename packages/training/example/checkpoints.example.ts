import { readFile, rename, writeFile } from "node:fs/promises";
import { openRuntime } from "@cxrkit/runtime";
import { type FitData, type FitResult, fit, type TensorFile, type TrainableModel } from "@cxrkit/training";

/**
 * A tensor file of JSON, to show the interface without another package; in earnest, `write` is writeSafetensors of
 * `@cxrkit/weights` and `read` goes through its openCheckpoint.
 */
export const tensorFile: TensorFile = {
  async write(path, tensors, metadata) {
    const entries = [...tensors].map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: [...data] },
    ]);
    await writeFile(`${path}.tmp`, JSON.stringify({ metadata, tensors: Object.fromEntries(entries) }));
    await rename(`${path}.tmp`, path);
  },
  async read(path) {
    const { metadata, tensors } = JSON.parse(await readFile(path, "utf8"));
    const stored = Object.entries(
      tensors as Record<string, { dtype: string; shape: number[]; data: number[] }>,
    );
    return {
      metadata,
      tensors: new Map(
        stored.map(([name, tensor]) => [name, { ...tensor, data: Float32Array.from(tensor.data) }]),
      ),
    };
  },
};

// #region resume
/** Trains to the given epoch; what an earlier call in the same folder has done is not done again. */
export async function trainIn(
  folder: string,
  model: TrainableModel,
  data: FitData,
  epochs: number,
): Promise<FitResult> {
  const runtime = await openRuntime("cpu");
  return fit(model, data, { runtime, epochs, batchSize: 8, learningRate: 0.05, folder, tensorFile, seed: 1 });
}
// #endregion resume
