import { join } from "node:path";
import { Schema } from "apache-arrow";
import { type EntryRows, readEntries } from "./_chestXray14Entries.js";
import { assignSplits } from "./_chestXray14Lists.js";
import { float32Column, int8Column, manifestFields, tableOf, utf8Column } from "./_columns.js";
import { listImages } from "./_listImages.js";
import { readText, type TextFile } from "./_readText.js";
import { countWarnings, type WarningCounter } from "./_warnings.js";
import { findings } from "./findings.js";
import type { Manifest, Protocol } from "./Manifest.js";

/** File that marks a collection as drawn by writeSyntheticDataset. */
export const syntheticNote = "SYNTHETIC.json";

interface ChestXray14Facts {
  readonly labelFiles: readonly string[];
  readonly trainList: string;
  readonly testList: string;
  readonly folders: readonly string[];
  readonly licence: string;
  readonly citation: string;
  readonly url: string;
}

/** What a folder of this collection holds, and where it is from. */
const chestXray14Facts: ChestXray14Facts = {
  labelFiles: [
    "Data_Entry_2017_v2020.csv",
    "Data_Entry_2017_v2020.csv.gz",
    "Data_Entry_2017.csv",
    "Data_Entry_2017.csv.gz",
  ],
  trainList: "train_val_list.txt",
  testList: "test_list.txt",
  folders: [
    "images",
    ...Array.from({ length: 12 }, (_, i) => `images_${String(i + 1).padStart(3, "0")}/images`),
  ],
  licence:
    "NIH Clinical Center: use unrestricted; link to the download site, acknowledge the NIH Clinical Center, cite the paper",
  citation:
    "Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8: Hospital-scale Chest X-ray Database and Benchmarks on Weakly-Supervised Classification and Localization of Common Thorax Diseases. IEEE CVPR 2017, 3462-3471",
  url: "https://nihcc.app.box.com/v/ChestXray-NIHCC",
};

const messages = {
  ageOutOfRange: "ages over 120 years were set to null",
  ageUnreadable: "ages that are no number were set to null",
  sexUnknown: "sexes other than F and M were set to null",
  viewUnknown: "views other than PA and AP were set to null",
  imageAbsent: "rows whose image file is absent were left out",
  listedUnknown: "list lines that name no row of the label file were left out",
  listedTwice: "list lines that repeat an image of the same list were left out",
  notListed: "images in neither list were put into train",
  patientInBothLists: "patients have images in both lists",
};

interface ChestXray14Options {
  readonly protocol: Protocol;
  readonly labelFile: string | undefined;
  readonly checkImages: boolean;
  readonly onAbsentImage: "throw" | "skip";
  readonly onUnknownListed: "throw" | "skip";
}

/** Reads ChestX-ray14; {@link readDataset} has checked the options. */
export async function readChestXray14(root: string, options: ChestXray14Options): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const file = await labelFileOf(root, options.labelFile);
  const lists = await Promise.all(
    [chestXray14Facts.trainList, chestXray14Facts.testList].map((name) => listFileOf(root, name)),
  );
  const entries = readEntries(file, warnings);
  const [trainList, testList] = lists as [TextFile, TextFile];
  const splits = assignSplits(entries, trainList, testList, options.onUnknownListed, warnings);
  const { kept, paths } = await locateImages(root, entries, options, warnings);
  const note = await readText("readDataset", join(root, syntheticNote));
  const fields = manifestFields(findings);
  const metadata = new Map([
    ["dataset", "chestxray14"],
    ["version", note !== null ? "synthetic" : file.path.includes("v2020") ? "v2020" : "2017"],
    ["licence", note !== null ? "drawn by @cxrkit/datasets; no patient data" : chestXray14Facts.licence],
    ["citation", chestXray14Facts.citation],
    ["url", chestXray14Facts.url],
    ["protocol", options.protocol],
    ["labelFiles", JSON.stringify(Object.fromEntries([file, ...lists].map(nameAndHash)))],
  ]);
  const pick = <T>(values: readonly T[]) => kept.map((row) => values[row] as T);
  const table = tableOf(new Schema(fields, metadata), [
    utf8Column(pick(entries.imageIds)),
    utf8Column(pick(entries.patientIds)),
    utf8Column(paths),
    utf8Column(pick(splits)),
    utf8Column(pick(entries.views)),
    utf8Column(pick(entries.sexes)),
    float32Column(pick(entries.ages)),
    ...findings.map((_, k) => int8Column(Int8Array.from(kept, (row) => entries.labels[row]?.[k] as number))),
  ]);
  return { table, dataset: "chestxray14", root, findings, warnings: warnings.list() };
}

function nameAndHash({ path, sha256 }: TextFile): [string, string] {
  return [path.replace(/^.*[\\/]/, ""), sha256];
}

async function labelFileOf(root: string, chosen: string | undefined): Promise<TextFile> {
  const names = chosen === undefined ? chestXray14Facts.labelFiles : [chosen];
  for (const name of names) {
    const file = await readText("readDataset", join(root, name));
    if (file !== null) return file;
  }
  const expected = chosen ?? "Data_Entry_2017_v2020.csv or Data_Entry_2017.csv (plain or .gz)";
  throw new RangeError(
    `readDataset: label file must be ${join(root, expected)}, got none; put it there, it comes with the images from ${chestXray14Facts.url}`,
  );
}

async function listFileOf(root: string, name: string): Promise<TextFile> {
  const file = (await readText("readDataset", join(root, name))) ?? undefined;
  if (file !== undefined) return file;
  throw new RangeError(
    `readDataset: list file must be ${join(root, name)}, got none; put it there, it comes with the images from ${chestXray14Facts.url}`,
  );
}

/** Which rows stay, and the path of each. */
async function locateImages(
  root: string,
  entries: EntryRows,
  { checkImages, onAbsentImage }: ChestXray14Options,
  warnings: WarningCounter,
): Promise<{ kept: number[]; paths: string[] }> {
  const files = await listImages(root, chestXray14Facts.folders);
  const kept: number[] = [];
  const paths: string[] = [];
  for (let row = 0; row < entries.imageIds.length; row++) {
    const imageId = entries.imageIds[row] as string;
    const path = files.get(imageId);
    if (path === undefined && checkImages) {
      const place = () => `${entries.file} row ${entries.lineOf(row)}`;
      if (onAbsentImage === "throw")
        throw new RangeError(
          `readDataset: ${place()}: image ${imageId} must lie in images/ or images_001/images/ to images_012/images/ of ${root}, got no such file; pass onAbsentImage: "skip" to leave such rows out`,
        );
      warnings.add("imageAbsent", () => `${place()}: ${imageId}`);
      continue;
    }
    kept.push(row);
    paths.push(path ?? `images/${imageId}`);
  }
  if (kept.length === 0)
    throw new RangeError(`readDataset: ${root} must hold at least one image of ${entries.file}, got none`);
  return { kept, paths };
}
