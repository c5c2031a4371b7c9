import { ageOfDays, type Note, sexOf } from "./_cells.js";
import { blank, type CsvRecord, readCsv } from "./_csv.js";
import { eitherSide } from "./_eitherSide.js";
import { addRow, emptyRows, failCell, type LabelRows, notMentioned, uniqueIds } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";
import type { Finding } from "./findings.js";
import type { Split } from "./Manifest.js";

/** Graded columns → words of the vocabulary. */
export const gradedColumns: readonly (readonly [string, Finding])[] = [
  ["HeartSize", "cardiomegaly"],
  ["PulmonaryCongestion", "congestion"],
  ["PleuralEffusion_Right", "pleural_effusion_right"],
  ["PleuralEffusion_Left", "pleural_effusion_left"],
  ["PulmonaryOpacities_Right", "lung_opacity_right"],
  ["PulmonaryOpacities_Left", "lung_opacity_left"],
  ["Atelectasis_Right", "atelectasis_right"],
  ["Atelectasis_Left", "atelectasis_left"],
];
const numGraded = gradedColumns.length;
/** Findings of both sides together, and where their right side stands among the graded columns. */
const merged: readonly (readonly [Finding, number])[] = [
  ["pleural_effusion", 2],
  ["lung_opacity", 4],
  ["atelectasis", 6],
];
const findings: readonly Finding[] = [
  ...gradedColumns.map(([, finding]) => finding),
  ...merged.map(([finding]) => finding),
];
const required = ["UID", "PatientID", "Age", "Sex", ...gradedColumns.map(([name]) => name)];
const splitWords: Readonly<Record<string, Split>> = {
  train: "train",
  val: "valid",
  valid: "valid",
  test: "test",
};

/** Split of each image of one fold: UID → split and line. */
export interface Fold {
  readonly path: string;
  readonly splits: ReadonlyMap<string, { readonly split: Split; readonly line: number }>;
}

/** Reads `split.csv`; a file without a column of folds has the fold 0 only. */
export function readFold(file: TextFile, fold: number): Fold {
  const { path } = file;
  const splits = new Map<string, { split: Split; line: number }>();
  readCsv(file, { required: ["UID", "Split"], optional: ["Fold"] }, (record) => {
    const { line } = record;
    const uid = record.text(0);
    const word = record.word(1);
    const own = record.has(2) ? record.word(2) : "0";
    if (!/^\d{1,6}(?:\.0)?$/.test(own)) failCell(path, line, "Fold", "be a number", own);
    if (Number(own) !== fold) return;
    const other = splits.get(uid);
    if (other !== undefined)
      failCell(path, line, "UID", `be unique in fold ${fold}, as row ${other.line} has it too`, uid);
    if (!Object.hasOwn(splitWords, word)) failCell(path, line, "Split", "be train, val or test", word);
    splits.set(uid, { split: splitWords[word] as Split, line });
  });
  if (splits.size === 0)
    throw new RangeError(`readDataset: ${path} must have rows of fold ${fold}, got none`);
  return { path, splits };
}

/** Reads `annotation.csv`; images outside the fold are marked as dropped. */
export function readAnnotations(file: TextFile, fold: Fold, warnings: WarningCounter): LabelRows {
  const { path } = file;
  const rows = emptyRows(findings);
  const ids = uniqueIds("UID", rows);
  let numInFold = 0;
  let line = 0;
  const note: Note = (code, value) =>
    warnings.add(code, () => `${path} row ${line}: ${JSON.stringify(value)}`);
  readCsv(file, { required }, (record) => {
    ({ line } = record);
    const imageId = record.text(0);
    const patientId = record.text(1);
    if (!/^[0-9A-Za-z_-]{1,128}$/.test(imageId))
      failCell(path, line, "UID", "be letters and digits, as 64 hexadecimal digits", imageId);
    if (patientId === "") failCell(path, line, "PatientID", "not be empty", "");
    ids.require(imageId, path, line);
    const split = fold.splits.get(imageId)?.split;
    if (split !== undefined) numInFold++;
    const row = {
      imageId,
      patientId,
      split: split ?? "train",
      view: "AP",
      sex: sexOf(record.word(3), note),
      age: ageOfDays(record.word(2), note),
    } as const;
    const offset = addRow(rows, row, path, line);
    if (split === undefined) rows.dropped[rows.lines.length - 1] = "splitMissing";
    readGrades(path, record, rows.labels, offset);
  });
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  if (numInFold < fold.splits.size) {
    const known = new Set(rows.imageIds);
    for (const [uid, { line }] of fold.splits)
      if (!known.has(uid)) failCell(fold.path, line, "UID", `have a row in ${path}`, uid);
  }
  return rows;
}

/** Present from 2 on for the heart and from 3 on otherwise; 1 is questionable but for the heart, where it is borderline. */
function readGrades(path: string, record: CsvRecord, labels: Int8Array, offset: number): void {
  for (let k = 0; k < numGraded; k++) {
    const grade = record.digit(k + 4);
    const isHeart = k === 0;
    let label = notMentioned;
    if (grade >= 0 && grade <= (isHeart ? 3 : 4))
      label = grade >= (isHeart ? 2 : 3) ? 1 : grade === 1 && !isHeart ? -1 : 0;
    else if (grade !== blank) {
      const [name] = gradedColumns[k] as readonly [string, Finding];
      failCell(
        path,
        record.line,
        name,
        `be a grade from 0 to ${isHeart ? 3 : 4} or empty`,
        record.text(k + 4),
      );
    }
    labels[offset + k] = label;
  }
  merged.forEach(([, right], m) => {
    const [a, b] = [labels[offset + right] as number, labels[offset + right + 1] as number];
    labels[offset + numGraded + m] = eitherSide(a, b);
  });
}
