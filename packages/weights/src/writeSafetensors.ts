import { dtypes, rankOf } from "./_dtypes.js";
import { isSource, type PlannedTensor, plannedTensors, readAhead } from "./_plannedTensors.js";
import { type Append, writeAtomically } from "./_writeAtomically.js";
import type { NamedArrays, TensorSource } from "./TensorSource.js";

/**
 * Bytes of tensors in memory that go to the system together. Where other work keeps the thread, a file advances by one
 * write each time that the work rests.
 */
const writtenAtOnce = 2 ** 28;

/**
 * Writes a safetensors file as a whole or not at all: under a temporary name in the same folder, flushed, renamed.
 *
 * The same tensors give the same bytes: the widest element type first, then by name, as the reference implementation
 * orders them, and metadata by key. From a checkpoint, tensors are read while they are written, so that two of them are
 * in memory at most; its own metadata are not taken over.
 *
 * @param path - Path of the file; its folder must exist.
 * @param tensors - Tensors by name, or a source that is asked for one after the other, such as an open checkpoint.
 * @param metadata - Strings kept beside them.
 * @throws RangeError if data do not fit their shape, TypeError if they do not fit their dtype or metadata are not
 * strings, before anything is written; what the source or the system throws, which leaves an older file as it was.
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedArrays | TensorSource,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const planned = plannedTensors("writeSafetensors", tensors);
  if (planned.some(({ name }) => name === "__metadata__")) {
    throw new RangeError(
      'writeSafetensors: name of a tensor must not be that of the metadata, got "__metadata__"',
    );
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new TypeError(`writeSafetensors: metadata "${key}" must be a string, got ${typeof value}`);
    }
  }
  const ordered = planned.sort(
    (a, b) => rankOf(a.dtype) - rankOf(b.dtype) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const write = async (append: Append) => {
    await append(encodeHeader(ordered, metadata));
    for await (const bytes of readAhead(ordered)) await append(bytes);
  };
  await writeAtomically(path, write, isSource(tensors) ? undefined : writtenAtOnce);
}

function encodeHeader(
  ordered: readonly PlannedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Written entry by entry: an object would move names such as "0" to its front and lose "__proto__".
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
    entries.push(
      `"__metadata__":{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
    );
  }
  let position = 0;
  for (const { name, dtype, shape, byteLength } of ordered) {
    const end = position + byteLength;
    const { code } = dtypes[dtype];
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${code}","shape":[${shape.join()}],"data_offsets":[${position},${end}]}`,
    );
    position = end;
  }
  const json = new TextEncoder().encode(`{${entries.join()}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, 8);
  return header;
}
