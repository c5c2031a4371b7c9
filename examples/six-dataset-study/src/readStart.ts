import type { CheckpointArray } from "@cxrkit/vit";
import { readTimm } from "@cxrkit/weights";

/**
 * A start from any file that `@cxrkit/weights` reads, under any of the names it knows, as float32 under timm's; the head
 * may be missing.
 */
export function readStart(path: string): Promise<ReadonlyMap<string, CheckpointArray>> {
  return readTimm(path, { dtype: "float32", except: ["head.*"] });
}
