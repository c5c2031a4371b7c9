import { stat } from "node:fs/promises";
import { checkReadOptions, type ReadOptions } from "./_readOptions.js";
import { readChestXray14 } from "./chestXray14.js";
import { readChexpert } from "./chexpert.js";
import type { DatasetName, Manifest, Protocol } from "./Manifest.js";
import { readMimicCxr } from "./mimicCxr.js";
import { readPadchest } from "./padchest.js";
import { readTaixRay } from "./taixRay.js";
import { readUkaCxr } from "./ukaCxr.js";
import { readVindrCxr } from "./vindrCxr.js";
import { readVindrPcxr } from "./vindrPcxr.js";

/** Options of {@link readDataset}. An option that a collection does not have is refused. */
export interface ReadDatasetOptions {
  /**
   * Which protocol the manifest is made for. `as-published` leaves out the rows that the authors left out (CheXpert,
   * MIMIC-CXR, PadChest), orders views in their blocks, and searches PadChest's labels for substrings.
   * @defaultValue `"corrected"`
   */
  readonly protocol?: Protocol;
  /**
   * `official`: the split of the release, which for CheXpert has no test part. `study`: the study's, which is the official one but for CheXpert,
   * MIMIC-CXR and PadChest, where a fifth of the patients, drawn by `splitSeed`, is for testing.
   * @defaultValue `"study"` under `as-published` and for PadChest, which has no official split; else `"official"`
   */
  readonly split?: "official" | "study";
  /** Seed of the study's test patients, an integer ≥ 0; both protocols draw the same. @defaultValue `0` */
  readonly splitSeed?: number;
  /**
   * Views to keep, in the collection's own words; `study`: those that the study used (frontal); `all`: every row, also
   * those whose view the source does not say.
   * @defaultValue `"study"`
   */
  readonly views?: readonly string[] | "study" | "all";
  /** Label file, as a path inside the root (ChestX-ray14, MIMIC-CXR, UKA-CXR, PadChest). @defaultValue the newest that is there */
  readonly labelFile?: string;
  /** Whose labels of MIMIC-CXR to read. @defaultValue `"chexpert"` */
  readonly labeller?: "chexpert" | "negbio";
  /** Folder of the images inside the root (UKA-CXR, TAIX-Ray). @defaultValue the one that is there */
  readonly imageFolder?: string;
  /** Fold of `split.csv` whose split to read, an integer ≥ 0 (TAIX-Ray). @defaultValue `0` */
  readonly fold?: number;
  /** Whether the file of every image must be there. @defaultValue `true` */
  readonly checkImages?: boolean;
  /** What to do with a row whose image is absent: fail, or leave the row out and count it. @defaultValue `"throw"` */
  readonly onAbsentImage?: "throw" | "skip";
  /** What to do with a line of a list file that names no row: fail, or leave it out and count it (ChestX-ray14). @defaultValue `"throw"` */
  readonly onUnknownListed?: "throw" | "skip";
  /** Whether to read sex and age from the headers of the DICOM files (VinDr-CXR, VinDr-PCXR). @defaultValue `false` */
  readonly readHeaders?: boolean;
  /** Largest label file to read, packed or unpacked, in bytes, an integer from 1 to 2³¹ − 1. @defaultValue `1073741824` */
  readonly maxBytes?: number;
  /** Stops the work on image files and headers. */
  readonly signal?: AbortSignal;
}

const readers: Readonly<Record<DatasetName, (root: string, options: ReadOptions) => Promise<Manifest>>> = {
  "vindr-cxr": readVindrCxr,
  chestxray14: readChestXray14,
  chexpert: readChexpert,
  "mimic-cxr": readMimicCxr,
  "uka-cxr": readUkaCxr,
  "taix-ray": readTaixRay,
  padchest: readPadchest,
  "vindr-pcxr": readVindrPcxr,
};

/**
 * Reads a collection from its original files into a manifest: one row an image, exactly what the source says.
 *
 * | name | what the root holds |
 * |---|---|
 * | `vindr-cxr` | `annotations/image_labels_{train,test}.csv`, `train/` and `test/` with `<image_id>.dicom` |
 * | `chestxray14` | `Data_Entry_2017[_v2020].csv`, `train_val_list.txt`, `test_list.txt`, `images/` or `images_001/images/` to `images_012/images/` |
 * | `chexpert` | `train.csv`, `valid.csv` and their images, in the root or in `CheXpert-v1.0[-small]/` |
 * | `mimic-cxr` | `mimic-cxr-2.0.0-{metadata,split,chexpert,negbio}.csv`, `files/p10/p10000032/s50414267/<dicom_id>.jpg` |
 * | `uka-cxr` | a master list, `<subset>/<image_id>.dcm` (or `.dicom`, `.jpg`, `.png`) |
 * | `taix-ray` | `metadata/split.csv`, `metadata/annotation.csv`, one folder `data_png…/` with `<UID>.png` |
 * | `padchest` | `PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv`, `<ImageDir>/<ImageID>` |
 * | `vindr-pcxr` | as `vindr-cxr`, of children |
 *
 * Every `.csv` may be packed as `.csv.gz`. Columns are found by name. A label is 1 where the source says present, 0
 * absent, −1 uncertain, null where it says nothing: three readers of VinDr-CXR vote (2 of 3); grades of UKA-CXR and
 * TAIX-Ray are present from moderate on (enlarged for the heart) and uncertain where questionable; PadChest's tokens
 * are mapped one by one, or searched as substrings under `as-published`.
 *
 * @param name - Name of the collection.
 * @param root - Folder that holds its original files.
 * @returns Manifest with one row an image, in the order of the label files; under `as-published` the views of
 *   MIMIC-CXR and PadChest stand in blocks (PA, AP, AP_horizontal), and PadChest's images in the order of their names.
 * @throws RangeError naming file, row and rule if a label file is missing or malformed, if a label is outside its
 *   domain, if an id is doubled, if a path would leave the root, if rows, images and list lines do not meet and the
 *   options do not say to go on, or if an option does not fit the collection.
 * @see Wang et al. (2017), CVPR, 3462–3471; Irvin et al. (2019), AAAI 33, 590–597; Johnson et al. (2019), Sci Data 6, 317;
 *   Nguyen et al. (2022), Sci Data 9, 429; Bustos et al. (2020), Med Image Anal 66, 101797.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export async function readDataset(
  name: DatasetName,
  root: string,
  options: ReadDatasetOptions = {},
): Promise<Manifest> {
  const checked = checkReadOptions(name, options);
  checked.signal?.throwIfAborted();
  const folder = await stat(root).catch(() => null);
  if (!folder?.isDirectory())
    throw new RangeError(`readDataset: root must be the folder of ${name}'s original files, got ${root}`);
  return readers[name](root, checked);
}
