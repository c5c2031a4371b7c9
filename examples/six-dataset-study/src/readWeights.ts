import type { CheckpointArray } from "@cxrkit/vit";
import { openCheckpoint, toFloat32 } from "@cxrkit/weights";

/** Every array of a checkpoint, as float32. */
export async function readWeights(path: string): Promise<ReadonlyMap<string, CheckpointArray>> {
  const checkpoint = await openCheckpoint(path);
  try {
    const arrays = new Map<string, CheckpointArray>();
    for (const name of checkpoint.names) {
      const array = await checkpoint.get(name);
      arrays.set(name, { dtype: "float32", shape: array.shape, data: toFloat32(array) });
    }
    return arrays;
  } finally {
    await checkpoint.close();
  }
}
