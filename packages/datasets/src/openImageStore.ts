import { type FileHandle, open } from "node:fs/promises";
import { makeBatches } from "./_batches.js";
import { reasonOf, requireOneOf } from "./_check.js";
import { stringsOf } from "./_columns.js";
import { readAt, readStoreFile, type StoreLayout } from "./_readStoreFile.js";
import type { ImageStore } from "./ImageStore.js";
import type { Split } from "./Manifest.js";

/**
 * Opens an image store written by {@link prepareImages}. Footer, batch headers and the manifest's columns are read;
 * the pixels stay on disk, and each image is read at an offset computed from the batch headers.
 *
 * @param path - Path of the store.
 * @returns The open store; close it after use, or declare it with `await using`.
 * @throws RangeError if the file is not there, is no Arrow IPC file, is truncated, is no image store, was written
 *   by another version, or has another image size than its metadata says.
 * @see Apache Arrow columnar format 1.5, IPC file format.
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function openImageStore(path: string): Promise<ImageStore> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw new RangeError(`openImageStore: path must be an image store, got ${reasonOf(error)}`, {
      cause: error,
    });
  }
  try {
    const layout = await readStoreFile(handle, path);
    return storeOf(path, handle, layout);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function storeOf(path: string, handle: FileHandle, layout: StoreLayout): ImageStore {
  const { schema, size, table, findings } = layout;
  const splits = stringsOf(table, "split");
  const numPixels = size * size;
  let closed = false;
  const offsetOf = (row: number): number => {
    if (!(Number.isInteger(row) && row >= 0 && row < table.numRows))
      throw new RangeError(`ImageStore: row must be an integer from 0 to ${table.numRows - 1}, got ${row}`);
    const batch = batchOfRow(layout.firstRows, row);
    const inBatch = row - (layout.firstRows[batch] as number);
    return (layout.pixelOffsets[batch] as number) + inBatch * numPixels;
  };
  const pixels = async (row: number): Promise<Uint8Array> => {
    if (closed) throw new Error(`ImageStore: ${path} must be open, got a closed store`);
    return readAt(handle, offsetOf(row), numPixels);
  };
  const rows = (split?: Split): Int32Array => {
    if (split !== undefined) requireOneOf("ImageStore", "split", split, ["train", "valid", "test"]);
    const all = Int32Array.from(splits.keys());
    return split === undefined ? all : all.filter((row) => splits[row] === split);
  };
  const close = async (): Promise<void> => {
    if (!closed) await handle.close();
    closed = true;
  };
  const ids = { imageIds: stringsOf(table, "imageId"), patientIds: stringsOf(table, "patientId") };
  return {
    path,
    numImages: table.numRows,
    size,
    findings,
    table,
    metadata: schema.metadata,
    rows,
    pixels,
    batches: (options) => makeBatches({ size, table, findings, rows, pixels, ...ids }, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Which record batch holds a row: the last one that begins at or before it. */
function batchOfRow(firstRows: Int32Array, row: number): number {
  let low = 0;
  let high = firstRows.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((firstRows[middle] as number) <= row) low = middle;
    else high = middle;
  }
  return low;
}
