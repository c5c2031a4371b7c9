import { stat } from "node:fs/promises";
import { requireOneOf } from "./_check.js";
import { readChestXray14 } from "./chestXray14.js";
import type { DatasetName, Manifest, Protocol } from "./Manifest.js";

/** Options of {@link readDataset}. */
export interface ReadDatasetOptions {
  /**
   * Which protocol the manifest is made for; recorded in its metadata. ChestX-ray14 reads the same under both.
   * @defaultValue `"corrected"`
   */
  readonly protocol?: Protocol;
  /** Name of the label file inside the root. @defaultValue the newest that is there */
  readonly labelFile?: string;
  /** Whether the file of every image must be there. @defaultValue `true` */
  readonly checkImages?: boolean;
  /** What to do with a row whose image is absent: fail, or leave the row out and count it. @defaultValue `"throw"` */
  readonly onAbsentImage?: "throw" | "skip";
  /** What to do with a line of a list file that names no row: fail, or leave it out and count it. @defaultValue `"throw"` */
  readonly onUnknownListed?: "throw" | "skip";
}

const where = "readDataset";

/**
 * Reads a collection from its original files into a manifest: one row an image, exactly what the source says.
 *
 * For `chestxray14` the root holds `Data_Entry_2017_v2020.csv` or `Data_Entry_2017.csv` (plain or `.gz`),
 * `train_val_list.txt`, `test_list.txt`, and the images in `images/` or `images_001/images/` to
 * `images_012/images/`. An image of `test_list.txt` is in split `test`, every other one in `train`.
 *
 * @param name - Name of the collection.
 * @param root - Folder that holds its original files.
 * @returns Manifest with one row an image, in the order of the label file.
 * @throws RangeError naming file, row and rule if a label file is missing or malformed, if a label is outside the
 *   vocabulary, if an id is doubled, if an image is in both lists, or if rows, images and list lines do not meet
 *   and the options do not say to go on.
 * @see Wang et al. (2017), ChestX-ray8: hospital-scale chest X-ray database and benchmarks, CVPR, 3462–3471.
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function readDataset(
  name: DatasetName,
  root: string,
  {
    protocol = "corrected",
    labelFile,
    checkImages = true,
    onAbsentImage = "throw",
    onUnknownListed = "throw",
  }: ReadDatasetOptions = {},
): Promise<Manifest> {
  requireOneOf(where, "name", name, ["chestxray14"]);
  requireOneOf(where, "protocol", protocol, ["as-published", "corrected"]);
  requireOneOf(where, "onAbsentImage", onAbsentImage, ["throw", "skip"]);
  requireOneOf(where, "onUnknownListed", onUnknownListed, ["throw", "skip"]);
  const folder = await stat(root).catch(() => null);
  if (!folder?.isDirectory())
    throw new RangeError(`${where}: root must be the folder of ${name}'s original files, got ${root}`);
  return readChestXray14(root, { protocol, labelFile, checkImages, onAbsentImage, onUnknownListed });
}
