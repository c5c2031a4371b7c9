import type { CheckpointArray } from "@cxrkit/vit";
import { openCheckpoint, readTensors, toTimm } from "@cxrkit/weights";

/**
 * A start from any file that `@cxrkit/weights` reads, under any of the names it knows, as float32 under timm's; the head
 * may be missing.
 */
export async function readStart(path: string): Promise<ReadonlyMap<string, CheckpointArray>> {
  const checkpoint = await openCheckpoint(path, { stripPrefix: "auto" });
  try {
    return await readTensors(toTimm(checkpoint, { dtype: "float32", except: ["head.*"] }));
  } finally {
    await checkpoint.close();
  }
}
