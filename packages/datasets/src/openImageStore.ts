import { type FileHandle, open } from "node:fs/promises";
import type { Table } from "apache-arrow";
import { makeBatches } from "./_batches.js";
import { batchThreads } from "./_batchThreads.js";
import type { ReadRun } from "./_batchWorker.js";
import { reasonOf, requireOneOf } from "./_check.js";
import { imageMemory } from "./_imageMemory.js";
import { fillFrom, readStoreFile, type StoreLayout } from "./_readStoreFile.js";
import { readTable } from "./_readTable.js";
import { indexKey } from "./_storeFormat.js";
import type { BatchesOptions, ByteBatchesOptions, ImageStore } from "./ImageStore.js";
import type { Split } from "./Manifest.js";

/**
 * Opens an image store written by {@link prepareImages}. Only its footer is read, so that opening takes
 * milliseconds whatever its size; the manifest's columns are read when they are first asked for, and each image is read
 * at an offset that the footer gives.
 *
 * @param path - Path of the store.
 * @returns The open store; close it after use, or declare it with `await using`.
 * @throws RangeError if the file is not there, is no Arrow IPC file, is truncated, is no image store, was written
 *   by another version, or has another image size than its metadata says.
 * @see Apache Arrow columnar format 1.5, IPC file format.
 * @example
 * {@includeCode ../example/readme.example.ts}
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
  const { schema, size, findings, firstRows, pixelOffsets } = layout;
  const numImages = firstRows.at(-1) ?? 0;
  const numPixels = size * size;
  const metadata = new Map(schema.metadata);
  metadata.delete(indexKey);
  let closed = false;
  const requireOpen = () => {
    if (closed) throw new Error(`ImageStore: ${path} must be open, got a closed store`);
  };
  let table: Table | undefined;
  const loadTable = (): Table => {
    if (table === undefined) requireOpen();
    table ??= readTable(handle.fd, path, layout);
    return table;
  };
  let splits: Uint8Array | undefined;
  const rows = (split?: Split): Int32Array => {
    if (split !== undefined) requireOneOf("ImageStore", "split", split, splitNames);
    const all = Int32Array.from({ length: numImages }, (_, row) => row);
    if (split === undefined) return all;
    splits ??= splitsOf(loadTable());
    const wanted = splitNames.indexOf(split);
    return all.filter((row) => splits?.[row] === wanted);
  };
  const offsetOf = (row: number): number => {
    const batch = batchOfRow(firstRows, row);
    return (pixelOffsets[batch] as number) + (row - (firstRows[batch] as number)) * numPixels;
  };
  const runsOf = (wanted: ArrayLike<number>): ReadRun[] => {
    requireOpen();
    const runs: ReadRun[] = [];
    for (let first = 0, end = 1; first < wanted.length; first = end, end++) {
      const position = offsetOf(wanted[first] as number);
      while (end < wanted.length && offsetOf(wanted[end] as number) === position + (end - first) * numPixels)
        end++;
      runs.push({ position, begin: first * numPixels, end: end * numPixels });
    }
    return runs;
  };
  const readInto = async (wanted: ArrayLike<number>, target: Uint8Array): Promise<void> => {
    await Promise.all(
      runsOf(wanted).map(({ position, begin, end }) =>
        fillFrom(handle, position, target.subarray(begin, end)),
      ),
    );
  };
  const memory = imageMemory();
  const threads = batchThreads(path, memory, (wanted) => ({ runs: runsOf(wanted), fd: handle.fd }));
  const pixels = async (row: number): Promise<Uint8Array> => {
    if (!(Number.isInteger(row) && row >= 0 && row < numImages))
      throw new RangeError(`ImageStore: row must be an integer from 0 to ${numImages - 1}, got ${row}`);
    const image = new Uint8Array(numPixels);
    await readInto([row], image);
    return image;
  };
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await threads.close();
    await handle.close();
  };
  const batches = (options: BatchesOptions | ByteBatchesOptions) =>
    makeBatches({ size, table: loadTable(), findings, rows, readInto, threads, memory }, options);
  return {
    path,
    numImages,
    size,
    findings,
    get table() {
      return loadTable();
    },
    metadata,
    rows,
    pixels,
    batches: batches as ImageStore["batches"],
    release: memory.release,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const splitNames: readonly Split[] = ["train", "valid", "test"];

/** Place of each row's split in the list of their names. */
function splitsOf(table: Table): Uint8Array {
  const column = table.getChild("split");
  const splits = new Uint8Array(table.numRows);
  let row = 0;
  for (const name of column ?? []) splits[row++] = splitNames.indexOf(name as Split);
  return splits;
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
