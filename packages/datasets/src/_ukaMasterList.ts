import { ageBetween, ageOf, isFileName, type Note, sexOf } from "./_cells.js";
import { blank, type ColumnName, type CsvRecord, readCsv } from "./_csv.js";
import { eitherSide } from "./_eitherSide.js";
import { addRow, emptyRows, failCell, type LabelRows, notMentioned, uniqueIds } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";
import type { Finding } from "./findings.js";
import type { Split } from "./Manifest.js";

export const ukaMessages = {
  heartNotAssessable: "hearts that could not be assessed have null for cardiomegaly",
};

const required: readonly ColumnName[] = [
  "image_id",
  "split",
  "subset",
  "subject_id",
  "cardiomegaly",
  "congestion",
  "pleural_effusion_right",
  "pleural_effusion_left",
  "pneumonic_infiltrates_right",
  "pneumonic_infiltrates_left",
  ["atelectasis_right", "disturbances_right"],
  ["atelectasis_left", "disturbances_left"],
];
const optional: readonly ColumnName[] = [
  "pneumothorax_right",
  "pneumothorax_left",
  "healthy",
  "age",
  "gender",
  "birth_date",
  "examination_date",
  "patient_sex",
];
const firstGrade = 4;
const [healthyColumn, ageColumn, birthColumn, dateColumn] = [14, 15, 17, 18] as const;
/** Later lists have both. */
const sexColumns = [16, 19] as const;

/** Column → finding, in the order in which they are read. */
const grades: readonly (readonly [number, Finding])[] = [
  [firstGrade, "cardiomegaly"],
  [5, "congestion"],
  [6, "pleural_effusion_right"],
  [7, "pleural_effusion_left"],
  [8, "pneumonic_infiltrates_right"],
  [9, "pneumonic_infiltrates_left"],
  [10, "atelectasis_right"],
  [11, "atelectasis_left"],
  [12, "pneumothorax_right"],
  [13, "pneumothorax_left"],
];
/** Findings of both sides together, which the reader derives. */
const merged: readonly Finding[] = [
  "pleural_effusion",
  "pneumonic_infiltrates",
  "atelectasis",
  "pneumothorax",
];
const splits: readonly string[] = ["train", "valid", "test"];

/** Reads a master list of UKA-CXR: rows, and the folder of each. The merged 0/1 columns that later lists have are derived from the sides instead. */
export function readMasterList(
  file: TextFile,
  warnings: WarningCounter,
): { readonly rows: LabelRows; readonly subsets: readonly string[] } {
  const { path } = file;
  const subsets: string[] = [];
  let rows = emptyRows([]);
  let ids = uniqueIds("image_id", rows);
  let plan: LabelPlan | undefined;
  let line = 0;
  const note: Note = (code, value) =>
    warnings.add(code, () => `${path} row ${line}: ${JSON.stringify(value)}`);
  readCsv(file, { required, optional }, (record) => {
    ({ line } = record);
    if (plan === undefined) {
      plan = planLabels(record);
      rows = emptyRows(plan.findings);
      ids = uniqueIds("image_id", rows);
    }
    const imageId = record.text(0);
    const subset = record.word(2);
    const patientId = record.word(3);
    const split = record.word(1);
    if (!isFileName(imageId)) failCell(path, line, "image_id", "be a plain file name", imageId);
    if (!isFileName(subset)) failCell(path, line, "subset", "be the plain name of a folder", subset);
    if (patientId === "") failCell(path, line, "subject_id", "not be empty", "");
    if (!splits.includes(split)) failCell(path, line, "split", "be train, valid or test", split);
    ids.require(imageId, path, line);
    const sexColumn = sexColumns.find((column) => record.has(column) && record.word(column) !== "");
    const row = {
      imageId,
      patientId,
      split: split as Split,
      view: "AP",
      sex: sexColumn === undefined ? null : sexOf(record.word(sexColumn), note),
      age: ageOfRecord(record, note),
    };
    subsets.push(subset);
    const offset = addRow(rows, row, path, line);
    readGrades(path, record, plan, rows.labels, offset, note);
  });
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return { rows, subsets };
}

/** Which findings the file has. */
interface LabelPlan {
  readonly findings: readonly Finding[];
  readonly graded: readonly (readonly [column: number, finding: number])[];
  readonly sides: readonly (readonly [right: number, left: number, either: number])[];
}

function planLabels(record: CsvRecord): LabelPlan {
  const present = grades.filter(([column]) => record.has(column));
  const names = present.map(([, finding]) => finding);
  const either = merged.filter(
    (finding) =>
      names.includes(`${finding}_right` as Finding) && names.includes(`${finding}_left` as Finding),
  );
  const findings: Finding[] = [
    ...names,
    ...either,
    ...(record.has(healthyColumn) ? (["healthy"] as const) : []),
  ];
  return {
    findings,
    graded: present.map(([column], k) => [column, k] as const),
    sides: either.map((finding) => {
      const at = (name: string) => findings.indexOf(name as Finding);
      return [at(`${finding}_right`), at(`${finding}_left`), at(finding)] as const;
    }),
  };
}

/** Grade → label: 3 and 4 are present, 1 and 2 absent, 5 is questionable, 0 or nothing is not given. */
function readGrades(
  path: string,
  record: CsvRecord,
  { findings, graded, sides }: LabelPlan,
  labels: Int8Array,
  offset: number,
  note: Note,
): void {
  for (const [column, finding] of graded) {
    const grade = record.digit(column);
    let label = notMentioned;
    if (grade === 3 || grade === 4) label = 1;
    else if (grade === 1 || grade === 2) label = 0;
    else if (grade === 5 && column === firstGrade) note("heartNotAssessable", "5");
    else if (grade === 5) label = -1;
    else if (grade !== 0 && grade !== blank)
      failCell(
        path,
        record.line,
        findings[finding] as string,
        "be a grade from 0 to 5 or empty",
        record.text(column),
      );
    labels[offset + finding] = label;
  }
  for (const [right, left, either] of sides)
    labels[offset + either] = eitherSide(labels[offset + right] as number, labels[offset + left] as number);
  if (!record.has(healthyColumn)) return;
  const healthy = record.digit(healthyColumn);
  if (healthy !== blank && !(healthy >= 0 && healthy <= 5))
    failCell(path, record.line, "healthy", "be 0, 1 or empty", record.text(healthyColumn));
  labels[offset + findings.indexOf("healthy")] = healthy === blank ? notMentioned : healthy === 1 ? 1 : 0;
}

function ageOfRecord(record: CsvRecord, note: Note): number | null {
  if (record.has(ageColumn)) return ageOf(record.word(ageColumn), note);
  if (!record.has(birthColumn) || !record.has(dateColumn)) return null;
  return ageBetween(record.text(birthColumn), record.text(dateColumn), note);
}
