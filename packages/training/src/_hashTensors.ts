import { createHash } from "node:crypto";
import type { StoredTensor } from "./TensorFile.js";

/** SHA-256, in hexadecimal, of names, types, shapes and elements; the order of the entries does not matter. */
export function hashTensors(tensors: ReadonlyMap<string, StoredTensor>): string {
  const hash = createHash("sha256");
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name) as StoredTensor;
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
