import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cellMessages } from "./_cells.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import type { ReadOptions } from "./_readOptions.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { readMasterList, ukaMessages } from "./_ukaMasterList.js";
import { countWarnings } from "./_warnings.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "uka-cxr",
  licence: "not public; University Hospital Aachen",
  citation:
    "Khader F, Han T, Müller-Franzes G, et al. Artificial Intelligence for Clinical Interpretation of Bedside Chest Radiographs. Radiology 2022;307:e220510",
  url: "the University Hospital Aachen (not public; TAIX-Ray is the open collection of the same hospital)",
  overlaps: "TAIX-Ray is of the same hospital and years; patients may be in both",
  views: ["AP"],
  studyViews: null,
};

const listNames = [
  "original_novalid_UKA_master_list.csv",
  "original_UKA_master_list.csv",
  "UKA_master_list.csv",
];
const listFolders = ["", "labels/", "chest_radiograph/labels/", "UKA/chest_radiograph/labels/"];
const imageFolders = ["", "images", "chest_radiograph", "UKA/chest_radiograph"];
const messages = { ...cellMessages, ...finishMessages, ...ukaMessages };

/** Reads UKA-CXR; readDataset has checked the options. */
export async function readUkaCxr(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const names =
    options.labelFile === undefined
      ? listFolders.flatMap((folder) => [...listNames, "master_list.csv"].map((name) => folder + name))
      : [options.labelFile];
  const file = await requireLabelFile(root, names, {
    url: facts.url,
    maxBytes: options.maxBytes,
    kind: "master list",
  });
  const { rows, subsets } = readMasterList(file, warnings);
  const folder = options.imageFolder ?? (await imageFolderOf(root, subsets[0] as string));
  const pathOf = (row: number) =>
    `${folder === "" ? "" : `${folder}/`}${subsets[row]}/${rows.imageIds[row]}.dcm`;
  const reading = {
    facts,
    version: "unversioned",
    labelFiles: [file],
    rows,
    pathOf,
    rowsRead: rows.imageIds.length,
    splitRule: "the column split of the master list",
    endings: [".dicom", ".jpg", ".png"],
    place: (row: number) => `at ${pathOf(row)} (or .dicom, .jpg, .png) of ${root}`,
  };
  return finishManifest(root, reading, options, warnings);
}

/** The folder in which the folder of the first image lies. */
async function imageFolderOf(root: string, subset: string): Promise<string> {
  for (const folder of imageFolders)
    if ((await stat(join(root, folder, subset)).catch(() => null))?.isDirectory()) return folder;
  return "";
}
