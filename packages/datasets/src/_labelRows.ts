import { idTable } from "./_idTable.js";
import type { Finding } from "./findings.js";
import type { Split } from "./Manifest.js";

/** How a finding that the source does not mention stands in {@link LabelRows.labels}. */
export const notMentioned = -128;

/** What a row says apart from its findings. */
export interface LabelRow {
  readonly imageId: string;
  readonly patientId: string;
  readonly split: Split;
  readonly view: string | null;
  readonly sex: "F" | "M" | null;
  /** In years. */
  readonly age: number | null;
}

/** The images that the label files name, column by column, before anything is left out. */
export interface LabelRows {
  readonly findings: readonly Finding[];
  readonly imageIds: string[];
  readonly patientIds: string[];
  readonly splits: Split[];
  readonly views: (string | null)[];
  readonly sexes: (string | null)[];
  readonly ages: (number | null)[];
  /** Line that names each row, and the files that the lines are of, each with its first row. */
  readonly lines: number[];
  readonly files: { readonly path: string; readonly firstRow: number }[];
  /** 1, 0, −1 or {@link notMentioned}, row by row, shape `[rows, findings]`; may be longer than the rows need. */
  labels: Int8Array;
  /** Why a row is to be left out before the view is looked at, a code of the warnings; null if it stays. */
  readonly dropped: (string | null)[];
}

/** Rows without any row yet. */
export function emptyRows(findings: readonly Finding[]): LabelRows {
  return {
    findings,
    imageIds: [],
    patientIds: [],
    splits: [],
    views: [],
    sexes: [],
    ages: [],
    lines: [],
    files: [],
    labels: new Int8Array(1024 * findings.length).fill(notMentioned),
    dropped: [],
  };
}

/** Adds a row whose findings are all {@link notMentioned} and returns where its labels begin. */
export function addRow(rows: LabelRows, row: LabelRow, file: string, line: number): number {
  const width = rows.findings.length;
  const index = rows.lines.push(line) - 1;
  rows.imageIds.push(row.imageId);
  rows.patientIds.push(row.patientId);
  rows.splits.push(row.split);
  rows.views.push(row.view);
  rows.sexes.push(row.sex);
  rows.ages.push(row.age);
  rows.dropped.push(null);
  if (rows.files.at(-1)?.path !== file) rows.files.push({ path: file, firstRow: index });
  const offset = index * width;
  if (offset + width > rows.labels.length) {
    const larger = new Int8Array(2 * rows.labels.length).fill(notMentioned, rows.labels.length);
    larger.set(rows.labels);
    rows.labels = larger;
  }
  return offset;
}

/** File and line that name a row. */
export function placeOf({ files, lines }: LabelRows, row: number): string {
  const file = files.findLast(({ firstRow }) => firstRow <= row);
  return `${file?.path} row ${lines[row]}`;
}

/** Throws the error of a cell. */
export function failCell(path: string, line: number, subject: string, rule: string, value: string): never {
  throw new RangeError(
    `readDataset: ${path} row ${line}: ${subject} must ${rule}, got ${JSON.stringify(value.slice(0, 200))}`,
  );
}

/** Ids that must be unique within a file or several. */
export interface UniqueIds {
  /** Throws if an earlier row has the id. */
  require(id: string, path: string, line: number): void;
  /** Row of an id; −1 if none has it. */
  rowOf(id: string): number;
}

/** A table that fails, naming both rows, if an id is there already; it is told the id of each row before it is added. */
export function uniqueIds(subject: string, rows: LabelRows): UniqueIds {
  const table = idTable();
  return {
    rowOf: table.rowOf,
    require(id, path, line) {
      const other = table.add(id);
      if (other < 0) return;
      const place = placeOf(rows, other).replace(`${path} `, "");
      failCell(path, line, subject, `be unique, as ${place} has it too`, id);
    },
  };
}
