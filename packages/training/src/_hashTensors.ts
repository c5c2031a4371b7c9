import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { StoredTensor } from "./TensorFile.js";

/** Bytes hashed in one go: some milliseconds, after which others get their turn. */
const chunk = 8 * 2 ** 20;

/** SHA-256, in hexadecimal, of names, types, shapes and elements; the order of the entries does not matter. */
export async function hashTensors(tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
  const hash = createHash("sha256");
  let sinceRest = 0;
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name) as StoredTensor;
    hash.update(JSON.stringify([name, dtype, shape]));
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let first = 0; first < bytes.length; first += chunk) {
      const part = bytes.subarray(first, first + chunk);
      hash.update(part);
      sinceRest += part.length;
      if (sinceRest < chunk) continue;
      await setImmediate();
      sinceRest = 0;
    }
  }
  return hash.digest("hex");
}
