import { isFileName } from "./_cells.js";
import { blank, type ColumnName, readCsv } from "./_csv.js";
import { addRow, failCell, type LabelRows } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";
import type { Finding } from "./findings.js";
import type { Split } from "./Manifest.js";

/** Spellings of a column → word of the vocabulary. */
export type VindrColumns = readonly (readonly [ColumnName, Finding])[];

/** How many images had how many readers. */
export type ReaderCounts = Map<number, number>;

/**
 * Reads one label file of the VinDr family: one row an image and reader, or one row an image where the file has no
 * column of readers. A finding is present if the mean over the readers is at least a half. An empty cell is 0.
 *
 * @param expectedReaders - Number of readers that an image should have; others are counted. Null if any will do.
 */
export function readVindrLabels(
  file: TextFile,
  columns: VindrColumns,
  { rows, split, expectedReaders }: { rows: LabelRows; split: Split; expectedReaders: number | null },
  warnings: WarningCounter,
): { readonly rowsRead: number; readonly readers: ReaderCounts } {
  const { path } = file;
  const votes = collectVotes(file, columns);
  const width = columns.length;
  const readers: ReaderCounts = new Map();
  votes.imageIds.forEach((imageId, i) => {
    const line = votes.lines[i] as number;
    const other = rows.imageIds.length;
    const row = {
      imageId,
      patientId: imageId,
      split,
      view: "PA",
      sex: null,
      age: null,
    } as const;
    const offset = addRow(rows, row, path, line);
    const numReaders = votes.numReaders[i] as number;
    for (let k = 0; k < width; k++)
      rows.labels[offset + k] = 2 * (votes.sums[i * width + k] as number) >= numReaders ? 1 : 0;
    readers.set(numReaders, (readers.get(numReaders) ?? 0) + 1);
    if (expectedReaders !== null && numReaders !== expectedReaders)
      warnings.add("readersUnusual", () => `${path} row ${rows.lines[other]}: ${imageId} has ${numReaders}`);
  });
  return { rowsRead: votes.numRows, readers };
}

interface Votes {
  readonly imageIds: string[];
  /** Line of the first row of each image. */
  readonly lines: number[];
  readonly numReaders: number[];
  /** Number of readers that see each finding, shape `[images, findings]`. */
  readonly sums: Uint16Array;
  readonly numRows: number;
}

function collectVotes(file: TextFile, columns: VindrColumns): Votes {
  const { path } = file;
  const width = columns.length;
  const required = ["image_id", ...columns.map(([name]) => name)];
  const readerColumn = required.length;
  const imageOf = new Map<string, number>();
  const lineOfReading = new Map<string, number>();
  const imageIds: string[] = [];
  const lines: number[] = [];
  const numReaders: number[] = [];
  let sums = new Uint16Array(1024 * width);
  let numRows = 0;
  readCsv(file, { required, optional: ["rad_id"] }, (record) => {
    const { line } = record;
    const imageId = record.text(0);
    if (!/^[0-9A-Za-z_-]{1,128}$/.test(imageId) || !isFileName(imageId))
      failCell(path, line, "image_id", "be letters and digits, as 32 hexadecimal digits", imageId);
    const hasReaders = record.has(readerColumn);
    const reader = record.word(readerColumn);
    if (hasReaders && reader === "") failCell(path, line, "rad_id", "not be empty", "");
    const reading = hasReaders ? `${imageId} ${reader}` : imageId;
    const other = lineOfReading.get(reading);
    if (other !== undefined)
      failCell(
        path,
        line,
        hasReaders ? "image_id with rad_id" : "image_id",
        `be unique, as row ${other} has it too`,
        reading,
      );
    lineOfReading.set(reading, line);
    let image = imageOf.get(imageId);
    if (image === undefined) {
      image = imageIds.push(imageId) - 1;
      lines.push(line);
      numReaders.push(0);
      imageOf.set(imageId, image);
    }
    numReaders[image] = (numReaders[image] as number) + 1;
    numRows++;
    if ((image + 1) * width > sums.length) {
      const larger = new Uint16Array(2 * sums.length);
      larger.set(sums);
      sums = larger;
    }
    for (let k = 0; k < width; k++) {
      const value = record.digit(k + 1);
      if (value === 1) sums[image * width + k] = (sums[image * width + k] as number) + 1;
      else if (value !== 0 && value !== blank)
        failCell(path, line, nameOf(required[k + 1] as ColumnName), "be 0 or 1", record.text(k + 1));
    }
  });
  if (numRows === 0) throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return { imageIds, lines, numReaders, sums, numRows };
}

function nameOf(column: ColumnName): string {
  return typeof column === "string" ? column : column.join(" or ");
}
