import { ageOf, isFileName, type Note, sexOf, viewOf } from "./_cells.js";
import { readCsv } from "./_csv.js";
import { addRow, emptyRows, failCell, type LabelRows, type UniqueIds, uniqueIds } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";
import { type Finding, findings as vocabulary } from "./findings.js";

/** Spelling of the source → word of the vocabulary. */
export const chestXray14Spelling: Readonly<Record<string, Finding>> = {
  Atelectasis: "atelectasis",
  Cardiomegaly: "cardiomegaly",
  Consolidation: "consolidation",
  Edema: "edema",
  Effusion: "pleural_effusion",
  Emphysema: "emphysema",
  Fibrosis: "fibrosis",
  Hernia: "hernia",
  Infiltration: "infiltration",
  Mass: "mass",
  Nodule: "nodule",
  "No Finding": "no_finding",
  Pleural_Thickening: "pleural_thickening",
  Pneumonia: "pneumonia",
  Pneumothorax: "pneumothorax",
};

/** The findings of this collection, in the order of its columns. */
export const chestXray14Findings: readonly Finding[] = vocabulary.filter((finding) =>
  Object.values(chestXray14Spelling).includes(finding),
);

/** Views of this collection. */
export const chestXray14Views: readonly string[] = ["PA", "AP"];

const columns = [
  "Image Index",
  "Finding Labels",
  "Patient ID",
  "Patient Age",
  "Patient Gender",
  "View Position",
] as const;

/** Reads `Data_Entry_2017*.csv`; ages, sexes and views that make no sense become null and are counted. */
export function readEntries(
  file: TextFile,
  warnings: WarningCounter,
): { readonly rows: LabelRows; readonly ids: UniqueIds } {
  const { path } = file;
  const rows = emptyRows(chestXray14Findings);
  const ids = uniqueIds("Image Index", rows);
  const labelsOf = labelParser(path);
  let line = 0;
  const note: Note = (code, value) =>
    warnings.add(code, () => `${path} row ${line}: ${JSON.stringify(value)}`);
  readCsv(file, { required: columns }, (record) => {
    ({ line } = record);
    const imageId = record.text(0);
    if (!isFileName(imageId))
      failCell(
        path,
        line,
        "Image Index",
        "be a plain file name, without a path that could leave the root",
        imageId,
      );
    ids.require(imageId, path, line);
    const patientId = record.word(2);
    if (patientId === "") failCell(path, line, "Patient ID", "not be empty", "");
    const labels = labelsOf(line, record.word(1));
    const age = ageOf(record.word(3), note);
    const sex = sexOf(record.word(4), note);
    const view = viewOf(record.word(5), chestXray14Views, note);
    const row = { imageId, patientId, split: "train", view, sex, age } as const;
    const offset = addRow(rows, row, path, line);
    rows.labels.set(labels, offset);
  });
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return { rows, ids };
}

/** Turns `Effusion|Mass` into one number a finding, each distinct text once. */
function labelParser(path: string): (line: number, text: string) => Int8Array {
  const known = new Map<string, Int8Array>();
  return (line, text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const labels = new Int8Array(chestXray14Findings.length);
    const names = text.split("|");
    for (const name of names) {
      const finding = Object.hasOwn(chestXray14Spelling, name) ? chestXray14Spelling[name] : undefined;
      if (finding === undefined)
        return failCell(
          path,
          line,
          "Finding Labels",
          `hold names of ${Object.keys(chestXray14Spelling).join(", ")}`,
          name,
        );
      labels[chestXray14Findings.indexOf(finding)] = 1;
    }
    if (names.length > 1 && names.includes("No Finding"))
      return failCell(path, line, "Finding Labels", "hold No Finding alone or not at all", text);
    known.set(text, labels);
    return labels;
  };
}
