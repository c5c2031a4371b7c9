import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requireInteger, requireOneOf } from "./_check.js";
import { type Collection, type CollectionOptions, layouts, planOf } from "./_syntheticCollection.js";
import { writePictures, writeWhole } from "./_syntheticFiles.js";
import { syntheticNote } from "./_syntheticNote.js";
import type { Finding } from "./findings.js";
import { type DatasetName, datasetNames, type Split } from "./Manifest.js";

/** Options of {@link writeSyntheticDataset}. */
export interface WriteSyntheticDatasetOptions {
  /** Number of images, an integer ≥ 2. */
  readonly images: number;
  /**
   * Number of patients, an integer from 2 to the number of images. `vindr-cxr` and `vindr-pcxr` name no patients:
   * there it is not looked at, and each image is of another.
   * @defaultValue 60 % of the images; all for `vindr-cxr` and `vindr-pcxr`
   */
  readonly patients?: number;
  /** Seed of everything that is drawn, an integer ≥ 0. */
  readonly seed: number;
  /**
   * Longer side of the images in pixels, an integer from 16 to 2048. Where the originals are not square the shorter
   * side varies. @defaultValue `256`
   */
  readonly imageSize?: number;
  /**
   * Share of the patients kept from training, in (0, 1): the test list; `valid.csv` of CheXpert; validation and test
   * parts of `mimic-cxr` and `uka-cxr`. PadChest has one list only, in which they stay. @defaultValue `0.25`
   */
  readonly testFraction?: number;
  /**
   * How often each finding is there. `published`: as in the original, where that is known. `balanced`: each in a tenth
   * to a fifth of the images and two fifths without any, so that a few hundred images are enough to learn from.
   * @defaultValue `"balanced"` for `chestxray14`, else `"published"`
   */
  readonly prevalence?: "published" | "balanced";
  /**
   * Form of the collection: `full` or `small` for `chexpert` (`CheXpert-v1.0` or `CheXpert-v1.0-small`), `dicom` or
   * `jpg` for `uka-cxr`; the others have one form only. @defaultValue `"full"` or `"dicom"`
   */
  readonly variant?: "full" | "small" | "dicom" | "jpg";
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
  /** Number of images in each part, by the tables. */
  readonly splits: Readonly<Record<Split, number>>;
  /** Number of images in which each finding is present, for the findings that the tables speak of. */
  readonly findings: Readonly<Partial<Record<Finding, number>>>;
}

const where = "writeSyntheticDataset";

/**
 * Draws radiograph-like images with findings that can be seen, and writes them in a collection's original layout, file
 * names, tables and codings to the letter. A file `SYNTHETIC.json` says that nothing in it is from a patient.
 *
 * | name | images | tables |
 * |---|---|---|
 * | `vindr-cxr` | DICOM, MONOCHROME1 and 2 | `annotations/`: labels of three readers who sometimes disagree, rectangles |
 * | `chestxray14` | 8-bit PNG | `Data_Entry_2017_v2020.csv` and the two lists |
 * | `chexpert` | JPEG, from the front and from the side | `train.csv`, `valid.csv`: 1.0, 0.0, -1.0 or nothing |
 * | `mimic-cxr` | JPEG, from the front and from the side | metadata, split, chexpert, negbio (`.csv.gz`), record lists |
 * | `uka-cxr` | DICOM or JPEG in numbered folders | master list with codes 1 to 5 |
 * | `taix-ray` | 8-bit PNG | `metadata/split.csv` (five folds), `metadata/annotation.csv`, ages in days |
 * | `padchest` | 16-bit PNG in numbered folders | `PADCHEST_….csv.gz`, labels as Python lists |
 * | `vindr-pcxr` | DICOM of children | `annotations/`, one reader |
 *
 * Every patient has an own body that all of the patient's images show, from the front or from the side. What a table
 * calls present is drawn; half of what it calls uncertain is drawn, faintly; slight grades are drawn faintly. Columns of
 * findings that have no look of their own stay 0. A seed gives the same pixels everywhere, and the same bytes with
 * the same versions of sharp and zlib. The folder appears whole or not at all.
 *
 * @param name - Collection whose layout is written.
 * @param root - Folder to write; it must be empty or not be there.
 * @returns Counts of what was written.
 * @throws RangeError if an option is out of range or does not fit the collection or the root holds anything; the
 *   signal's reason if it was aborted.
 * @see Wang et al. (2017), CVPR, 3462–3471; Irvin et al. (2019), AAAI 33, 590–597; Johnson et al. (2019), arXiv 1901.07042;
 *   Nguyen et al. (2022), Sci Data 9, 429; Bustos et al. (2020), Med Image Anal 66, 101797, for the layouts.
 * @example
 * {@includeCode ../example/writeSyntheticDataset.example.ts}
 */
export async function writeSyntheticDataset(
  name: DatasetName,
  root: string,
  options: WriteSyntheticDatasetOptions,
): Promise<WriteSyntheticDatasetResult> {
  const checked = checkOptions(name, options);
  options.signal?.throwIfAborted();
  await requireEmpty(root);
  const collection = planOf(name, checked);
  await mkdir(dirname(root), { recursive: true });
  const part = await mkdtemp(`${root}.part-`);
  try {
    await writePictures(part, collection, where, options);
    await writeWhole(join(part, syntheticNote), noteText(name, checked));
    for (const { path, content } of collection.tables()) await writeWhole(join(part, path), content);
    await rmdir(root).catch(() => undefined);
    await rename(part, root);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
  return summaryOf(root, collection, checked.patients);
}

function checkOptions(name: DatasetName, options: WriteSyntheticDatasetOptions): CollectionOptions {
  requireOneOf(where, "name", name, datasetNames);
  const { profile, variants } = layouts[name];
  const { images, seed, imageSize = 256, testFraction = 0.25 } = options;
  const prevalence = options.prevalence ?? (name === "chestxray14" ? "balanced" : "published");
  requireInteger(where, "images", images, 2);
  const usual = Math.min(images, Math.max(2, Math.round(images * 0.6)));
  requireInteger(where, "patients", options.patients ?? usual, 2);
  const patients = profile.mostImages === 1 ? images : (options.patients ?? usual);
  requireInteger(where, "seed", seed, 0);
  requireInteger(where, "imageSize", imageSize, 16);
  requireOneOf(where, "prevalence", prevalence, ["published", "balanced"]);
  if (patients > images)
    throw new RangeError(`${where}: patients must be at most images (${images}), got ${patients}`);
  if (imageSize > 2048) throw new RangeError(`${where}: imageSize must be at most 2048, got ${imageSize}`);
  if (!(testFraction > 0 && testFraction < 1))
    throw new RangeError(`${where}: testFraction must lie in (0, 1), got ${testFraction}`);
  const variant = options.variant ?? variants[0] ?? "";
  if (variant !== "" && !variants.includes(variant))
    throw new RangeError(
      `${where}: variant must be ${variants.length > 0 ? `one of ${variants.join(", ")}` : "left out"} for ${name}, got ${variant}`,
    );
  return { images, patients, seed, imageSize, testFraction, prevalence, variant };
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

/** What the folder is and how it was made. */
function noteText(name: DatasetName, options: CollectionOptions): string {
  const { images, patients, seed, imageSize, testFraction, prevalence, variant } = options;
  const isFirst = name === "chestxray14" && prevalence === "balanced";
  const note = {
    note: `Drawn by @cxrkit/datasets in the layout of ${name === "chestxray14" ? "ChestX-ray14" : name}; nothing in this folder is from a patient`,
    options: {
      ...{ images, patients, seed, imageSize },
      ...(isFirst ? {} : { testFraction, prevalence, ...(variant === "" ? {} : { variant }) }),
    },
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

function summaryOf(root: string, collection: Collection, numPatients: number): WriteSyntheticDatasetResult {
  const { numImages } = collection;
  const splits = { train: 0, valid: 0, test: 0 };
  for (let i = 0; i < numImages; i++) splits[collection.split(i)]++;
  const counts = collection.findings.map((finding) => {
    let count = 0;
    for (let i = 0; i < numImages; i++) if (collection.isPresent(i, finding)) count++;
    return [finding, count] as const;
  });
  return { root, numImages, numPatients, splits, findings: Object.fromEntries(counts) };
}
