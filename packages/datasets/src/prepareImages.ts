import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Schema, tableToIPC } from "apache-arrow";
import { requireInteger, requireOneOf } from "./_check.js";
import { manifestFields, stringsOf } from "./_columns.js";
import { type CompleteRecipe, completeRecipe } from "./_completeRecipe.js";
import { defaultMaxPixels } from "./_maxPixels.js";
import { openPreparer, usefulWorkers } from "./_openPreparer.js";
import { openPart, type PartFile, type UnreadableImage } from "./_part.js";
import { writeBatches } from "./_prepareBatches.js";
import { sha256, storeSchema, storeVersion } from "./_storeFormat.js";
import { countWarnings } from "./_warnings.js";
import type { DatasetWarning, Manifest } from "./Manifest.js";
import type { Recipe } from "./Recipe.js";

/** How far {@link prepareImages} has come. */
export interface PrepareProgress {
  /** Number of images dealt with, those of an earlier call included. */
  readonly done: number;
  /** Number of images of the manifest. */
  readonly total: number;
  /** Images per second since this call began. */
  readonly imagesPerSecond: number;
  /** Seconds that the rest will take at this rate. */
  readonly secondsLeft: number;
}

/** Options of {@link prepareImages}. */
export interface PrepareImagesOptions {
  /** Side of the square images in pixels, an integer from 1 to 4096. */
  readonly size: number;
  /** Path of the store to write; its folder is made if it is not there. An older store there is replaced. */
  readonly out: string;
  /** How the images are prepared. @defaultValue `{ name: "corrected" }` */
  readonly recipe?: Recipe;
  /** Stops the work; a later call with the same manifest and recipe goes on where it stopped. */
  readonly signal?: AbortSignal;
  /** Is told after each image how far the work is. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** What to do with an image that cannot be decoded: fail, or leave its row out and list it. @defaultValue `"throw"` */
  readonly onUnreadable?: "throw" | "skip";
  /**
   * Number of worker threads that decode and prepare, an integer ≥ 0; 0 leaves everything but the decoding of PNG and JPEG
   * files to the calling thread. The bytes are the same. @defaultValue the machine's parallelism for DICOM files, the recipe
   * `as-published` and adaptive equalisation, else 0
   */
  readonly workers?: number;
  /** Number of images in the making at a time, an integer ≥ 1. @defaultValue two a worker, or the machine's parallelism */
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
  /** What deserves a look, counted: `constantImage`, images of one grey value. */
  readonly warnings: readonly DatasetWarning[];
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
 * manifest's columns and the pixels, `[size, size]` grey bytes an image. The recipe and its hash are in its metadata.
 *
 * With the default recipe, 8-bit images are resized with a triangle filter that gives the bytes of Pillow's bilinear one;
 * images of more bits are cut at the percentiles 0.5 and 99.5 first, and rounded to 8 bits last.
 * The store appears under its name when it is complete; until then the work lies in `<out>.part`, from which a
 * second call goes on, also after a crash. The finished file has the same bytes either way.
 *
 * @param manifest - Images with their paths and labels.
 * @returns What was written, and which images were left out.
 * @throws RangeError if an option is out of range, or naming the file if an image cannot be decoded and
 *   `onUnreadable` is `"throw"`; Error if a worker thread dies; the signal's reason if it was aborted.
 * @see Apache Arrow columnar format 1.5, IPC file format.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export async function prepareImages(
  manifest: Manifest,
  options: PrepareImagesOptions,
): Promise<PrepareImagesResult> {
  const { out, signal, onUnreadable = "throw", batchRows = 256, maxPixels = defaultMaxPixels } = options;
  const recipe = completeRecipe(where, options.size, options.recipe ?? { name: "corrected" });
  requireOneOf(where, "onUnreadable", onUnreadable, ["throw", "skip"]);
  for (const name of ["concurrency", "workers"] as const)
    if (options[name] !== undefined) requireInteger(where, name, options[name], name === "workers" ? 0 : 1);
  requireInteger(where, "batchRows", batchRows, 1);
  if (batchRows > 65536) throw new RangeError(`${where}: batchRows must be at most 65536, got ${batchRows}`);
  requireInteger(where, "maxPixels", maxPixels, 1);
  signal?.throwIfAborted();
  await mkdir(dirname(out), { recursive: true });
  const recipeSha256 = hashOf(JSON.stringify(recipe));
  const schema = schemaOf(manifest, recipe, recipeSha256);
  const key = hashOf(
    [storeVersion, recipeSha256, batchRows, hashOf(tableToIPC(manifest.table, "file"))].join(" "),
  );
  const part = await openPart(out, key, (j) => onUnreadable === "skip" || j.unreadable.length === 0);
  const numResumed = part.journal.rows;
  const clock = progressOf(manifest.table.numRows, numResumed, options);
  try {
    const workers = options.workers ?? usefulWorkers(recipe, stringsOf(manifest.table, "path"));
    const preparer = openPreparer(recipe, maxPixels, workers);
    const concurrency = options.concurrency ?? preparer.concurrency;
    const work = { manifest, preparer, schema, signal, onUnreadable, concurrency, batchRows };
    try {
      await writeBatches(part, { ...work, numPixels: recipe.size ** 2, onImage: clock.onImage });
    } finally {
      await preparer.close();
    }
    return {
      ...(await finish(part, schema, manifest, out)),
      numResumed,
      recipeSha256,
      imagesPerSecond: clock.rate(),
    };
  } catch (error) {
    await part.close().catch(() => undefined);
    throw error;
  }
}

/** Turns the part file into the store and says what is in it. */
async function finish(part: PartFile, schema: Schema, { table, root }: Manifest, out: string) {
  const { blocks, unreadable, constant } = part.journal;
  if (blocks.length === 0)
    throw new RangeError(`${where}: at least one image of ${root} must be readable, got none`);
  const warnings = countWarnings({ constantImage: "images of one grey value, which show nothing; kept" });
  for (const imageId of constant) warnings.add("constantImage", () => imageId);
  return {
    path: out,
    numImages: table.numRows - unreadable.length,
    unreadable,
    warnings: warnings.list(),
    size: Number(schema.metadata.get("imageSize")),
    numBytes: await part.finish(schema),
  };
}

/** Counts images and tells the caller. */
function progressOf(total: number, numResumed: number, options: PrepareImagesOptions) {
  const { onProgress, now = () => performance.now() } = options;
  const start = now();
  let done = numResumed;
  const rate = () => ((done - numResumed) * 1000) / Math.max(now() - start, 1e-3);
  const onImage = () => {
    done++;
    const imagesPerSecond = rate();
    onProgress?.({ done, total, imagesPerSecond, secondsLeft: (total - done) / imagesPerSecond });
  };
  return { rate, onImage };
}

function hashOf(content: string | Uint8Array): string {
  return sha256(content).toString("hex");
}

function schemaOf(manifest: Manifest, recipe: CompleteRecipe, recipeSha256: string): Schema {
  const metadata = new Map(manifest.table.schema.metadata);
  metadata.set("imageStoreVersion", storeVersion);
  metadata.set("imageSize", String(recipe.size));
  metadata.set("findings", JSON.stringify(manifest.findings));
  metadata.set("recipe", JSON.stringify(recipe));
  metadata.set("recipeSha256", recipeSha256);
  return storeSchema(manifestFields(manifest.findings), recipe.size, metadata);
}
