import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { dtypes, rankOf } from "./_dtypes.js";
import type { NamedArray } from "./NamedArray.js";

/** Tensors by name, as a Map or as a record. */
export type NamedArrays = ReadonlyMap<string, NamedArray> | Readonly<Record<string, NamedArray>>;

/**
 * Writes a safetensors file as a whole or not at all: under a temporary name in the same folder, flushed, renamed.
 *
 * The same tensors give the same bytes: the widest element type first, then by name, as the reference implementation
 * orders them, and metadata by key.
 *
 * @param path - Path of the file; its folder must exist.
 * @param tensors - Tensors by name.
 * @param metadata - Strings kept beside them.
 * @throws RangeError if data do not fit their shape, TypeError if they do not fit their dtype or metadata are not
 * strings, before anything is written; the system's error if writing fails, which leaves an older file as it was.
 * @see https://github.com/huggingface/safetensors#format
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedArrays,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const given: [string, NamedArray][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  for (const [name, array] of given) requireArray(name, array);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new TypeError(`writeSafetensors: metadata "${key}" must be a string, got ${typeof value}`);
    }
  }
  const ordered = given.sort(
    ([a, { dtype: x }], [b, { dtype: y }]) => rankOf(x) - rankOf(y) || (a < b ? -1 : a > b ? 1 : 0),
  );
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    try {
      await writeBytes(file, encodeHeader(ordered, metadata));
      for (const [, { data }] of ordered)
        await writeBytes(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncFolder(dirname(path));
}

function requireArray(name: string, { dtype, shape, data }: NamedArray): void {
  if (name === "__metadata__") {
    throw new RangeError(
      'writeSafetensors: name of a tensor must not be that of the metadata, got "__metadata__"',
    );
  }
  const facts = dtypes[dtype];
  if (facts === undefined) {
    throw new RangeError(
      `writeSafetensors: dtype of "${name}" must be one of ${Object.keys(dtypes).join(", ")}, got "${String(dtype)}"`,
    );
  }
  const kind = facts.array(new ArrayBuffer(0)).constructor as { readonly name: string };
  if (data?.constructor !== kind) {
    throw new TypeError(
      `writeSafetensors: data of "${name}" must be a ${kind.name} for dtype ${dtype}, got ${data?.constructor?.name ?? String(data)}`,
    );
  }
  const length = shape.reduce((product, size) => product * size, 1);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || data.length !== length) {
    throw new RangeError(
      `writeSafetensors: "${name}" must have as many elements as its shape [${shape.join(", ")}], got ${data.length}`,
    );
  }
}

function encodeHeader(
  ordered: readonly [string, NamedArray][],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // A Map keeps names such as "0" or "__proto__" in place, which an object would not.
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
    entries.push(
      `"__metadata__":{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
    );
  }
  let position = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const end = position + data.byteLength;
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

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 30));
    done += bytesWritten;
  }
}

/** Makes the new name survive a power cut, where the platform lets a folder be flushed. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
