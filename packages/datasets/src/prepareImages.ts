import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { type Schema, tableToIPC } from "apache-arrow";
import { requireInteger, requireOneOf } from "./_check.js";
import { manifestFields } from "./_columns.js";
import { defaultMaxPixels } from "./_loadSharp.js";
import { openPart, type UnreadableImage } from "./_part.js";
import { writeBatches } from "./_prepareBatches.js";
import type { Recipe } from "./_prepareImage.js";
import { sha256, storeSchema, storeVersion } from "./_storeFormat.js";
import type { Manifest } from "./Manifest.js";

/** How far {@link prepareImages} has come. */
export interface PrepareProgress {
  /** Number of images dealt with, those of an earlier call included. */
  readonly done: number;
  /** Number of images of the manifest. */
  readonly total: number;
  /** Images per second since this call began. */
  readonly imagesPerSecond: number;
}

/** Options of {@link prepareImages}. */
export interface PrepareImagesOptions {
  /** Side of the square images in pixels, an integer from 1 to 4096. */
  readonly size: number;
  /** Path of the store to write; its folder is made if it is not there. An older store there is replaced. */
  readonly out: string;
  /**
   * `fill` stretches an image to the square, as the study does; `letterbox` keeps the aspect ratio and fills up
   * with black. @defaultValue `"fill"`
   */
  readonly fit?: "fill" | "letterbox";
  /** Stops the work; a later call with the same manifest and recipe goes on where it stopped. */
  readonly signal?: AbortSignal;
  /** Is told after each image how far the work is. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** What to do with an image that cannot be decoded: fail, or leave its row out and list it. @defaultValue `"throw"` */
  readonly onUnreadable?: "throw" | "skip";
  /** Number of images decoded at a time, an integer ≥ 1. @defaultValue the machine's parallelism */
  readonly concurrency?: number;
  /** Number of images in a record batch, an integer from 1 to 65536: what a stop can cost. @defaultValue `256` */
  readonly batchRows?: number;
  /** Largest number of pixels of an image, an integer ≥ 1. @defaultValue `67108864` */
  readonly maxPixels?: number;
  /** Clock in milliseconds, for the rate. @defaultValue `performance.now` */
  readonly now?: () => number;
}

/** What {@link prepareImages} did. */
export interface PrepareImagesResult {
  /** Path of the store. */
  readonly path: string;
  /** Number of images in the store. */
  readonly numImages: number;
  /** Number of images that an earlier, stopped call had prepared. */
  readonly numResumed: number;
  /** Images that were left out. */
  readonly unreadable: readonly UnreadableImage[];
  /** Side of the images in pixels. */
  readonly size: number;
  /** Size of the store in bytes. */
  readonly numBytes: number;
  /** SHA-256 of the recipe, as in the store's metadata. */
  readonly recipeSha256: string;
  /** Images per second of this call. */
  readonly imagesPerSecond: number;
}

const where = "prepareImages";

/**
 * Prepares every image of a manifest once and writes them into an image store: one Arrow IPC file with the
 * manifest's columns and the pixels, `[size, size]` grey bytes an image.
 *
 * Recipe `corrected`: decode, 8 bit (16-bit values scaled by 255/65535), antialiased resize with a triangle filter
 * that gives the bytes of Pillow's bilinear one.
 * The store appears under its name when it is complete; until then the work lies in `<out>.part`, from which a
 * second call goes on. The finished file has the same bytes either way.
 *
 * @param manifest - Images with their paths and labels.
 * @returns What was written, and which images were left out.
 * @throws RangeError if an option is out of range, or naming the file if an image cannot be decoded and
 *   `onUnreadable` is `"throw"`; the signal's reason if it was aborted.
 * @see Apache Arrow columnar format 1.5, IPC file format.
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function prepareImages(
  manifest: Manifest,
  options: PrepareImagesOptions,
): Promise<PrepareImagesResult> {
  const { size, out, fit = "fill", signal, onProgress, onUnreadable = "throw" } = options;
  const { batchRows = 256, maxPixels = defaultMaxPixels, now = () => performance.now() } = options;
  const concurrency = options.concurrency ?? availableParallelism();
  requireInteger(where, "size", size, 1);
  if (size > 4096) throw new RangeError(`${where}: size must be at most 4096, got ${size}`);
  requireOneOf(where, "fit", fit, ["fill", "letterbox"]);
  requireOneOf(where, "onUnreadable", onUnreadable, ["throw", "skip"]);
  requireInteger(where, "concurrency", concurrency, 1);
  requireInteger(where, "batchRows", batchRows, 1);
  if (batchRows > 65536) throw new RangeError(`${where}: batchRows must be at most 65536, got ${batchRows}`);
  requireInteger(where, "maxPixels", maxPixels, 1);
  signal?.throwIfAborted();
  await mkdir(dirname(out), { recursive: true });
  const recipe: Recipe = { name: "corrected", size, fit, filter: "triangle", colour: "grey8" };
  const recipeSha256 = hashOf(JSON.stringify(recipe));
  const schema = schemaOf(manifest, recipe, recipeSha256);
  const key = hashOf(
    [storeVersion, recipeSha256, batchRows, hashOf(tableToIPC(manifest.table, "file"))].join(" "),
  );
  const part = await openPart(out, key, (j) => onUnreadable === "skip" || j.unreadable.length === 0);
  const total = manifest.table.numRows;
  const numResumed = part.journal.rows;
  let done = numResumed;
  const start = now();
  const rate = () => ((done - numResumed) * 1000) / Math.max(now() - start, 1e-3);
  const onImage = () => {
    done++;
    onProgress?.({ done, total, imagesPerSecond: rate() });
  };
  const work = {
    manifest,
    recipe,
    schema,
    signal,
    onUnreadable,
    concurrency,
    batchRows,
    maxPixels,
    onImage,
  };
  try {
    await writeBatches(part, work);
    const { blocks, unreadable } = part.journal;
    if (blocks.length === 0)
      throw new RangeError(`${where}: at least one image of ${manifest.root} must be readable, got none`);
    const numBytes = await part.finish(schema);
    const numImages = total - unreadable.length;
    return {
      path: out,
      numImages,
      numResumed,
      unreadable,
      size,
      numBytes,
      recipeSha256,
      imagesPerSecond: rate(),
    };
  } catch (error) {
    await part.close().catch(() => undefined);
    throw error;
  }
}

function hashOf(content: string | Uint8Array): string {
  return sha256(content).toString("hex");
}

function schemaOf(manifest: Manifest, recipe: Recipe, recipeSha256: string): Schema {
  const metadata = new Map(manifest.table.schema.metadata);
  metadata.set("imageStoreVersion", storeVersion);
  metadata.set("imageSize", String(recipe.size));
  metadata.set("findings", JSON.stringify(manifest.findings));
  metadata.set("recipe", JSON.stringify(recipe));
  metadata.set("recipeSha256", recipeSha256);
  return storeSchema(manifestFields(manifest.findings), recipe.size, metadata);
}
