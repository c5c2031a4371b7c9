import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requireInteger, requireOneOf } from "./_check.js";
import { drawRadiograph } from "./_drawRadiograph.js";
import { drawLesions } from "./_lesions.js";
import { loadSharp } from "./_loadSharp.js";
import { randomStream } from "./_random.js";
import { planCollection, type SyntheticImage } from "./_syntheticPlan.js";
import { entryCsv, listText } from "./_syntheticTables.js";
import { drawExposure, drawThorax } from "./_thorax.js";
import { syntheticNote } from "./chestXray14.js";
import { type Finding, findings } from "./findings.js";
import type { DatasetName } from "./Manifest.js";

/** Options of {@link writeSyntheticDataset}. */
export interface WriteSyntheticDatasetOptions {
  /** Number of images, an integer ≥ 2. */
  readonly images: number;
  /** Number of patients, an integer from 2 to the number of images. @defaultValue 60 % of the images */
  readonly patients?: number;
  /** Seed of everything that is drawn, an integer ≥ 0. */
  readonly seed: number;
  /** Side of the square images in pixels, an integer from 16 to 2048. @defaultValue `256` */
  readonly imageSize?: number;
  /** Share of the patients in the test list, in (0, 1). @defaultValue `0.25` */
  readonly testFraction?: number;
  /** Stops the work; nothing is left under the root then. */
  readonly signal?: AbortSignal;
  /** Is told after each image how many are written. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What {@link writeSyntheticDataset} wrote. */
export interface WriteSyntheticDatasetResult {
  /** Folder of the collection. */
  readonly root: string;
  /** Number of images. */
  readonly numImages: number;
  /** Number of patients. */
  readonly numPatients: number;
  /** Number of images in each list. */
  readonly splits: Readonly<Record<"train" | "test", number>>;
  /** Number of images with each finding, those that are never drawn included. */
  readonly findings: Readonly<Record<Finding, number>>;
}

const where = "writeSyntheticDataset";

/**
 * Draws radiograph-like images with findings that can be seen, and writes them in a collection's original layout:
 * for `chestxray14` 8-bit grey PNGs in `images/`, `Data_Entry_2017_v2020.csv`, `train_val_list.txt` and
 * `test_list.txt`, no patient in both. A file `SYNTHETIC.json` says that nothing in it is from a patient.
 *
 * Drawn are enlarged hearts, effusions, nodules, masses, consolidations and pneumothoraces (each in about a fifth
 * of the images), and rarely atelectasis, edema and infiltration; about two fifths have no finding. A seed gives
 * the same pixels everywhere, and the same bytes with the same version of sharp. The folder appears whole or not at all.
 *
 * @param name - Collection whose layout is written.
 * @param root - Folder to write; it must be empty or not be there.
 * @returns Counts of what was written.
 * @throws RangeError if an option is out of range or the root holds anything; the signal's reason if it was aborted.
 * @see Wang et al. (2017), ChestX-ray8, CVPR, 3462–3471, and the readme of its release for the layout.
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function writeSyntheticDataset(
  name: DatasetName,
  root: string,
  options: WriteSyntheticDatasetOptions,
): Promise<WriteSyntheticDatasetResult> {
  const { images, seed, imageSize = 256, testFraction = 0.25, signal } = options;
  const patients = options.patients ?? Math.min(images, Math.max(2, Math.round(images * 0.6)));
  requireOneOf(where, "name", name, ["chestxray14"]);
  requireInteger(where, "images", images, 2);
  requireInteger(where, "patients", patients, 2);
  requireInteger(where, "seed", seed, 0);
  requireInteger(where, "imageSize", imageSize, 16);
  if (patients > images)
    throw new RangeError(`${where}: patients must be at most images (${images}), got ${patients}`);
  if (imageSize > 2048) throw new RangeError(`${where}: imageSize must be at most 2048, got ${imageSize}`);
  if (!(testFraction > 0 && testFraction < 1))
    throw new RangeError(`${where}: testFraction must lie in (0, 1), got ${testFraction}`);
  signal?.throwIfAborted();
  await requireEmpty(root);
  const plan = planCollection({ images, patients, seed, testFraction });
  await mkdir(dirname(root), { recursive: true });
  const part = await mkdtemp(`${root}.part-`);
  try {
    await mkdir(join(part, "images"));
    await writeImages(part, plan, seed, imageSize, options);
    await writeTables(part, plan, options, imageSize, patients);
    await rmdir(root).catch(() => undefined);
    await rename(part, root);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
  return summaryOf(root, plan, patients);
}

async function requireEmpty(root: string): Promise<void> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length > 0)
    throw new RangeError(
      `${where}: root must be empty or not be there, got ${root} with ${names.length} entries`,
    );
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Draws image after image and encodes a few at a time. */
async function writeImages(
  folder: string,
  plan: readonly SyntheticImage[],
  seed: number,
  size: number,
  { signal, onProgress }: WriteSyntheticDatasetOptions,
): Promise<void> {
  const sharp = await loadSharp(where);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < plan.length) {
      signal?.throwIfAborted();
      const image = plan[next++] as SyntheticImage;
      const pixels = pixelsOf(image, seed, size);
      const png = await sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
        .toColourspace("b-w")
        .png({ compressionLevel: 6, adaptiveFiltering: false, palette: false })
        .toBuffer();
      const handle = await open(join(folder, "images", image.imageId), "w");
      await handle.writeFile(png).finally(() => handle.close());
      onProgress?.({ done: ++done, total: plan.length });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: 4 }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function pixelsOf(image: SyntheticImage, seed: number, size: number): Uint8Array {
  const thorax = drawThorax(image.sex === "F", randomStream(seed, 10, image.patient));
  const seeds = [seed, 11, image.patient, image.followUp];
  const random = randomStream(...seeds);
  const exposure = drawExposure(image.view === "AP", random);
  const lesions = drawLesions(image.findings, thorax, random);
  return drawRadiograph(size, thorax, exposure, lesions, seeds);
}

async function writeTables(
  folder: string,
  plan: readonly SyntheticImage[],
  options: WriteSyntheticDatasetOptions,
  imageSize: number,
  patients: number,
): Promise<void> {
  const { images, seed } = options;
  const note = {
    note: "Drawn by @cxrkit/datasets in the layout of ChestX-ray14; nothing in this folder is from a patient",
    options: { images, patients, seed, imageSize },
  };
  await writeWhole(join(folder, syntheticNote), `${JSON.stringify(note, null, 2)}\n`);
  await writeWhole(join(folder, "train_val_list.txt"), listText(plan, "train"));
  await writeWhole(join(folder, "test_list.txt"), listText(plan, "test"));
  await writeWhole(join(folder, "Data_Entry_2017_v2020.csv"), entryCsv(plan));
}

function summaryOf(
  root: string,
  plan: readonly SyntheticImage[],
  numPatients: number,
): WriteSyntheticDatasetResult {
  const numTest = plan.filter((image) => image.split === "test").length;
  const counts = findings.map((finding) => {
    const isThere = (image: SyntheticImage) =>
      finding === "no_finding" ? image.findings.size === 0 : image.findings.has(finding);
    return [finding, plan.filter(isThere).length] as const;
  });
  return {
    root,
    numImages: plan.length,
    numPatients,
    splits: { train: plan.length - numTest, test: numTest },
    findings: Object.fromEntries(counts) as Record<Finding, number>,
  };
}
