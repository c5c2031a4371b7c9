import { isAbsolute, join, normalize } from "node:path";
import type { Schema } from "apache-arrow";
import { reasonOf } from "./_check.js";
import { batchOf, bytesColumn, manifestFields, stringsOf, takeColumns } from "./_columns.js";
import type { PartFile } from "./_part.js";
import { prepareImage, type Recipe } from "./_prepareImage.js";
import type { Manifest } from "./Manifest.js";

/** What is to be prepared, and how; prepareImages has checked it. */
export interface Work {
  readonly manifest: Manifest;
  readonly recipe: Recipe;
  readonly schema: Schema;
  readonly signal: AbortSignal | undefined;
  readonly onUnreadable: "throw" | "skip";
  readonly concurrency: number;
  readonly batchRows: number;
  readonly maxPixels: number;
  readonly onImage: () => void;
}

const where = "prepareImages";

/** Prepares the rows that are still to do, one record batch after the other. */
export async function writeBatches(part: PartFile, work: Work): Promise<void> {
  const { manifest, recipe, schema, batchRows } = work;
  const { table } = manifest;
  const fields = manifestFields(manifest.findings);
  const paths = stringsOf(table, "path");
  const imageIds = stringsOf(table, "imageId");
  const pixelCount = recipe.size ** 2;
  for (let first = part.journal.rows; first < table.numRows; first += batchRows) {
    const end = Math.min(first + batchRows, table.numRows);
    const pixels = new Uint8Array((end - first) * pixelCount);
    const reasons = await prepareRows(first, end, paths, pixels, work);
    const kept: number[] = [];
    for (let row = first; row < end; row++) {
      if (reasons.has(row)) continue;
      if (kept.length < row - first)
        pixels.copyWithin(
          kept.length * pixelCount,
          (row - first) * pixelCount,
          (row - first + 1) * pixelCount,
        );
      kept.push(row);
    }
    const unreadable = [...reasons]
      .sort(([a], [b]) => a - b)
      .map(([row, reason]) => ({
        imageId: imageIds[row] as string,
        path: paths[row] as string,
        reason,
      }));
    const columns = takeColumns(table, fields, kept);
    const stored = bytesColumn(pixels.subarray(0, kept.length * pixelCount), pixelCount);
    const batch = kept.length === 0 ? null : batchOf(schema, [...columns, stored]);
    await part.append(batch, end, unreadable);
  }
}

/** Fills `pixels` with the images from `first` to `end`; returns the rows that could not be read, and why. */
async function prepareRows(
  first: number,
  end: number,
  paths: readonly string[],
  pixels: Uint8Array,
  work: Work,
): Promise<Map<number, string>> {
  const { manifest, recipe, signal, onUnreadable, concurrency, maxPixels, onImage } = work;
  const reasons = new Map<number, string>();
  let next = first;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (next < end && failure === undefined && signal?.aborted !== true) {
      const row = next++;
      try {
        const file = insideRoot(manifest.root, paths[row] as string);
        pixels.set(await prepareImage(file, recipe, maxPixels), (row - first) * recipe.size ** 2);
      } catch (error) {
        if (onUnreadable === "throw") {
          const message = `${where}: image ${join(manifest.root, paths[row] as string)} must be readable, got ${reasonOf(error)}; pass onUnreadable: "skip" to leave such images out`;
          failure ??= { error: new RangeError(message, { cause: error }) };
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
  await Promise.all(Array.from({ length: Math.min(concurrency, end - first) }, worker));
  if (failure !== undefined) throw failure.error;
  signal?.throwIfAborted();
  return reasons;
}

/** Path of a file of the root; throws if it leads out of it. */
function insideRoot(root: string, path: string): string {
  const inside = normalize(path);
  if (path === "" || isAbsolute(inside) || inside === ".." || /^\.\.[\\/]/.test(inside))
    throw new RangeError(`path must stay inside ${root}, got ${JSON.stringify(path)}`);
  return join(root, inside);
}
