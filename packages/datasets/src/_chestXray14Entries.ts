import { parse } from "csv-parse/sync";
import { reasonOf } from "./_check.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";
import { type Finding, findings } from "./findings.js";

/** The rows of `Data_Entry_2017*.csv`, column by column. */
export interface EntryRows {
  readonly file: string;
  readonly imageIds: readonly string[];
  readonly patientIds: readonly string[];
  readonly views: readonly (string | null)[];
  readonly sexes: readonly (string | null)[];
  /** In years. */
  readonly ages: readonly (number | null)[];
  /** 1 or 0 a finding, in the order of {@link findings}; rows with the same labels share one array. */
  readonly labels: readonly Int8Array[];
  /** Line of the file, counted from 1, on which a row stands. */
  lineOf(row: number): number;
}

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

const columnNames = [
  "Image Index",
  "Finding Labels",
  "Patient ID",
  "Patient Age",
  "Patient Gender",
  "View Position",
] as const;
const maxAge = 120;
const yearsOf: Readonly<Record<string, number>> = { "": 1, Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 };

/** Reads the entries; ages, sexes and views that make no sense become null and are counted. */
export function readEntries(file: TextFile, warnings: WarningCounter): EntryRows {
  const records = parseRecords(file);
  const header = records[0] ?? [];
  const columns = columnNames.map((name) => columnOf(file.path, header, name));
  const [idColumn, labelColumn, patientColumn, ageColumn, sexColumn, viewColumn] = columns as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const lineOf = (row: number) => lineOfRecord(file, row + 1);
  const fail = (row: number, subject: string, rule: string, value: string): never => {
    throw new RangeError(
      `readDataset: ${file.path} row ${lineOf(row)}: ${subject} must ${rule}, got ${JSON.stringify(value)}`,
    );
  };
  const labelsOf = labelParser(fail);
  const rows = {
    imageIds: [] as string[],
    patientIds: [] as string[],
    views: [] as (string | null)[],
    sexes: [] as (string | null)[],
    ages: [] as (number | null)[],
    labels: [] as Int8Array[],
  };
  const firstRow = new Map<string, number>();
  for (let row = 0; row + 1 < records.length; row++) {
    const record = records[row + 1] as string[];
    if (record.length !== header.length && !(record.length === header.length + 1 && record.at(-1) === ""))
      fail(row, "row", `have ${header.length} cells as the header`, String(record.length));
    const cell = (column: number) => (record[column] as string).trim();
    const imageId = cell(idColumn);
    if (!isFileName(imageId))
      fail(row, "Image Index", "be a plain file name, without a path that could leave the root", imageId);
    const other = firstRow.get(imageId);
    if (other !== undefined)
      fail(row, "Image Index", `be unique, as row ${lineOf(other)} has it too`, imageId);
    firstRow.set(imageId, row);
    if (cell(patientColumn) === "") fail(row, "Patient ID", "not be empty", "");
    const note = (code: string, value: string) => {
      warnings.add(code, () => `${file.path} row ${lineOf(row)}: ${JSON.stringify(value)}`);
    };
    rows.imageIds.push(imageId);
    rows.patientIds.push(cell(patientColumn));
    rows.labels.push(labelsOf(row, cell(labelColumn)));
    rows.ages.push(ageOf(cell(ageColumn), note));
    rows.sexes.push(wordOf(cell(sexColumn), ["F", "M"], "sexUnknown", note));
    rows.views.push(wordOf(cell(viewColumn), ["PA", "AP"], "viewUnknown", note));
  }
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${file.path} must have at least one row, got none`);
  return { file: file.path, ...rows, lineOf };
}

function parseRecords({ path, bytes }: TextFile): string[][] {
  try {
    return parse(bytes, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw new RangeError(`readDataset: ${path} must be a CSV file, got ${reasonOf(error)}`, { cause: error });
  }
}

/** Parses once more up to a record to learn its line, which a quoted line break or an empty line shifts. */
function lineOfRecord({ bytes }: TextFile, record: number): number {
  const last = parse(bytes, {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    from: record + 1,
    to: record + 1,
  }) as unknown as { info: { lines: number } }[];
  return last[0]?.info.lines ?? record + 1;
}

/** Where a name stands in the header, whose bracketed names fall apart at their commas just as their values do. */
function columnOf(path: string, header: readonly string[], name: string): number {
  const names = header.map((cell) => cell.trim());
  const column = names.indexOf(name);
  if (column >= 0 && column === names.lastIndexOf(name)) return column;
  const got = column < 0 ? `header ${names.join(",")}` : "it twice";
  throw new RangeError(`readDataset: ${path} must have one column ${JSON.stringify(name)}, got ${got}`);
}

type Fail = (row: number, subject: string, rule: string, value: string) => never;

/** Turns `Effusion|Mass` into one number a finding, each distinct text once. */
function labelParser(fail: Fail): (row: number, text: string) => Int8Array {
  const known = new Map<string, Int8Array>();
  return (row, text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const labels = new Int8Array(findings.length);
    const names = text.split("|");
    for (const name of names) {
      const finding = Object.hasOwn(chestXray14Spelling, name) ? chestXray14Spelling[name] : undefined;
      if (finding === undefined)
        return fail(
          row,
          "Finding Labels",
          `hold names of ${Object.keys(chestXray14Spelling).join(", ")}`,
          name,
        );
      labels[findings.indexOf(finding)] = 1;
    }
    if (names.length > 1 && names.includes("No Finding"))
      return fail(row, "Finding Labels", "hold No Finding alone or not at all", text);
    known.set(text, labels);
    return labels;
  };
}

/** `63`, `063Y`, `011M`, `003W` or `020D` in years; null and a note if it makes no sense. */
function ageOf(text: string, note: (code: string, value: string) => void): number | null {
  const match = /^(\d{1,4})([YMWD]?)$/i.exec(text);
  if (match === null) {
    note("ageUnreadable", text);
    return null;
  }
  const age = Number(match[1]) * (yearsOf[(match[2] as string).toUpperCase()] as number);
  if (age <= maxAge) return age;
  note("ageOutOfRange", text);
  return null;
}

function wordOf(
  text: string,
  words: readonly string[],
  code: string,
  note: (code: string, value: string) => void,
): string | null {
  if (words.includes(text)) return text;
  note(code, text);
  return null;
}

/** Whether a text names a file in a folder and nothing else. */
function isFileName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !/[\\/\0]/.test(text);
}
