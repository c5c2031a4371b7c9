import { isAbsolute, join, normalize } from "node:path";
import type { Schema } from "apache-arrow";
import { reasonOf } from "./_check.js";
import { batchOf, bytesColumn, manifestFields, stringsOf, takeColumns } from "./_columns.js";
import type { Preparer } from "./_openPreparer.js";
import type { PartFile, UnreadableImage } from "./_part.js";
import { WorkerLost } from "./_workerThreads.js";
import type { Manifest } from "./Manifest.js";

/** What is to be prepared, and how; prepareImages has checked it. */
export interface Work {
  readonly manifest: Manifest;
  readonly preparer: Preparer;
  /** Bytes of an image. */
  readonly numPixels: number;
  readonly schema: Schema;
  readonly signal: AbortSignal | undefined;
  readonly onUnreadable: "throw" | "skip";
  readonly concurrency: number;
  readonly batchRows: number;
  readonly onImage: () => void;
}

const where = "prepareImages";

/** Prepares the rows that are still to do, one record batch after the other. */
export async function writeBatches(part: PartFile, work: Work): Promise<void> {
  const { manifest, schema, batchRows, numPixels } = work;
  const { table } = manifest;
  const fields = manifestFields(manifest.findings);
  const paths = stringsOf(table, "path");
  const imageIds = stringsOf(table, "imageId");
  for (let first = part.journal.rows; first < table.numRows; first += batchRows) {
    const end = Math.min(first + batchRows, table.numRows);
    const pixels = new Uint8Array((end - first) * numPixels);
    const reasons = await prepareRows(first, end, paths, pixels, work);
    const kept: number[] = [];
    const unreadable: UnreadableImage[] = [];
    const constant: string[] = [];
    for (let row = first; row < end; row++) {
      const [imageId, path] = [imageIds[row] as string, paths[row] as string];
      const reason = reasons.get(row);
      if (reason !== undefined) {
        unreadable.push({ imageId, path, reason });
        continue;
      }
      const from = (row - first) * numPixels;
      if (kept.length < row - first) pixels.copyWithin(kept.length * numPixels, from, from + numPixels);
      if (isConstant(pixels, kept.length * numPixels, numPixels)) constant.push(imageId);
      kept.push(row);
    }
    const columns = takeColumns(table, fields, kept);
    const stored = bytesColumn(pixels.subarray(0, kept.length * numPixels), numPixels);
    const batch = kept.length === 0 ? null : batchOf(schema, [...columns, stored]);
    await part.append(batch, end, unreadable, constant);
  }
}

function isConstant(pixels: Uint8Array, first: number, length: number): boolean {
  for (let i = first + 1; i < first + length; i++) if (pixels[i] !== pixels[first]) return false;
  return true;
}

/** Fills `pixels` with the images from `first` to `end`; returns the rows that could not be read, and why. */
async function prepareRows(
  first: number,
  end: number,
  paths: readonly string[],
  pixels: Uint8Array,
  work: Work,
): Promise<Map<number, string>> {
  const { manifest, preparer, numPixels, signal, onUnreadable, concurrency, onImage } = work;
  const reasons = new Map<number, string>();
  let next = first;
  let failure: { error: unknown } | undefined;
  const oneAfterTheOther = async () => {
    while (next < end && failure === undefined && signal?.aborted !== true) {
      const row = next++;
      try {
        const file = insideRoot(manifest.root, paths[row] as string);
        pixels.set(await preparer.prepare(file), (row - first) * numPixels);
      } catch (error) {
        if (error instanceof WorkerLost || onUnreadable === "throw") {
          failure ??= { error: errorOf(join(manifest.root, paths[row] as string), error) };
          return;
        }
        reasons.set(row, reasonOf(error));
      }
      try {
        onImage();
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, end - first) }, oneAfterTheOther));
  if (failure !== undefined) throw failure.error;
  signal?.throwIfAborted();
  return reasons;
}

function errorOf(path: string, cause: unknown): Error {
  const reason = reasonOf(cause);
  if (cause instanceof WorkerLost)
    return new Error(`${where}: worker must stay alive while it prepares ${path}, got ${reason}`, { cause });
  return new RangeError(
    `${where}: image ${path} must be readable, got ${reason}; pass onUnreadable: "skip" to leave such images out`,
    { cause },
  );
}

/** Path of a file of the root; throws if it leads out of it. */
function insideRoot(root: string, path: string): string {
  const inside = normalize(path);
  if (path === "" || isAbsolute(inside) || inside === ".." || /^\.\.[\\/]/.test(inside))
    throw new RangeError(`path must stay inside ${root}, got ${JSON.stringify(path)}`);
  return join(root, inside);
}
