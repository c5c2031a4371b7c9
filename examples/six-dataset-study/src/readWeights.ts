import type { CheckpointArray } from "@cxrkit/vit";
import { openCheckpoint, readTensors, toFloat32 } from "@cxrkit/weights";

/** Every array of a checkpoint, as float32. */
export async function readWeights(path: string): Promise<ReadonlyMap<string, CheckpointArray>> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await readTensors({
      names: checkpoint.names,
      get: async (name) => {
        const array = await checkpoint.get(name);
        return { dtype: "float32", shape: array.shape, data: toFloat32(array) };
      },
    });
  } finally {
    await checkpoint.close();
  }
}
