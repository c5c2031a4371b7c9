import { readdir } from "node:fs/promises";
import { cellMessages } from "./_cells.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import type { ReadOptions } from "./_readOptions.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { readAnnotations, readFold } from "./_taixTables.js";
import { countWarnings } from "./_warnings.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "taix-ray",
  licence: "CC BY-NC 4.0",
  citation: "TAIX-Ray. Scientific Data 2026, doi 10.1038/s41597-026-07271-7",
  url: "https://huggingface.co/datasets/TLAIM/TAIX-Ray",
  overlaps: "UKA-CXR is of the same hospital and years; patients may be in both",
  views: ["AP"],
  studyViews: null,
};

const messages = {
  ...cellMessages,
  ...finishMessages,
  splitMissing: "annotated images that split.csv does not name in this fold were left out",
};

/** Reads TAIX-Ray as exported to files; readDataset has checked the options. */
export async function readTaixRay(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const read = (name: string) =>
    requireLabelFile(root, [`metadata/${name}`, name], { url: facts.url, maxBytes: options.maxBytes });
  const [splitFile, annotationFile] = await Promise.all([read("split.csv"), read("annotation.csv")]);
  const folder = options.imageFolder ?? (await imageFolderOf(root));
  const fold = readFold(splitFile, options.fold);
  const rows = readAnnotations(annotationFile, fold, warnings);
  const reading = {
    facts,
    version: "unversioned",
    labelFiles: [splitFile, annotationFile],
    rows,
    pathOf: (row: number) => `${folder}/${rows.imageIds[row]}.png`,
    rowsRead: rows.imageIds.length,
    splitRule: `official: split.csv, fold ${options.fold}, val as valid`,
    details: { fold: String(options.fold) },
  };
  return finishManifest(root, reading, options, warnings);
}

/** The one folder of images. */
async function imageFolderOf(root: string): Promise<string> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries
    .filter((entry) => !entry.isFile() && /^data_png/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  if (folders.length > 1)
    throw new RangeError(
      `readDataset: root must hold one folder data_png…, got ${folders.join(", ")} in ${root}; pass imageFolder to choose`,
    );
  return folders[0] ?? "data_png_resize_512";
}
