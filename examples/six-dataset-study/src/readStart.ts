import type { CheckpointArray } from "@cxrkit/vit";
import { openCheckpoint, toTimm } from "@cxrkit/weights";

/**
 * A start from any file that `@cxrkit/weights` reads, under any of the names it knows, as float32 under timm's; the head
 * may be missing.
 */
export async function readStart(path: string): Promise<ReadonlyMap<string, CheckpointArray>> {
  const checkpoint = await openCheckpoint(path, { stripPrefix: "auto" });
  try {
    const converted = toTimm(checkpoint, { dtype: "float32", except: ["head.*"] });
    const arrays = new Map<string, CheckpointArray>();
    for (const name of converted.names) arrays.set(name, await converted.get(name));
    return arrays;
  } finally {
    await checkpoint.close();
  }
}
