import { isAscii } from "node:buffer";
import { type CsvScanner, maxColumns, scanCsv } from "./_csvScanner.js";
import type { TextFile } from "./_readText.js";

/** One record of a CSV file; the same object stands for each record in turn, so keep what you read, not it. */
export interface CsvRecord {
  /** Line of the file on which the record begins, counted from 1. */
  readonly line: number;
  /** Whether the file has the column at all. */
  has(column: number): boolean;
  /** Text of a column without surrounding blanks; empty where the file has no such column. */
  text(column: number): string;
  /** The same for a column of few distinct values, which are decoded once as long as they are remembered. */
  word(column: number): string;
  /** Whether a column has this text of ASCII letters. */
  is(column: number, text: string): boolean;
  /** An id of up to fifteen digits as a number; NaN if it is none. */
  id(column: number): number;
  /** A whole number from −9 to 9, as `1`, `1.0` or `-1.0`; {@link blank} or {@link unreadable} otherwise. */
  digit(column: number): number;
}

/** A column by its name, or by any one of several spellings. */
export type ColumnName = string | readonly string[];

/** What `digit` says of an empty cell. */
export const blank = -128;
/** What `digit` says of a cell that is no number from −9 to 9. */
export const unreadable = 127;

const numWords = 4096;

/**
 * Reads a CSV file (RFC 4180; any line ending, a byte-order mark and empty lines are taken) record by record, without
 * an object a cell. Columns are found by their names in the first record; `wanted` numbers them for `onRecord`.
 */
export function readCsv(
  file: TextFile,
  wanted: { readonly required: readonly ColumnName[]; readonly optional?: readonly ColumnName[] },
  onRecord: (record: CsvRecord) => void,
): void {
  const { bytes, path } = file;
  const scanner = scanCsv(bytes, path);
  const header = headerOf(scanner, bytes, path);
  const numRequired = wanted.required.length;
  const names = [...wanted.required, ...(wanted.optional ?? [])];
  const columns = names.map((name, k) => columnOf(path, header, name, k < numRequired));
  const slots = new Int32Array(header.length + 1).fill(-1);
  columns.forEach((column, k) => {
    if (column >= 0) slots[column] = k;
  });
  scanner.take(slots, names.length);
  const record = recordOf(scanner, bytes, columns);
  while (scanner.next()) {
    const { length } = scanner;
    if (length !== header.length && !(length === header.length + 1 && scanner.lastIsEmpty))
      throw new RangeError(
        `readDataset: ${path} row ${scanner.line}: row must have ${header.length} cells as the header, got ${JSON.stringify(String(length))}`,
      );
    onRecord(record);
  }
}

function headerOf(scanner: CsvScanner, bytes: Buffer, path: string): string[] {
  if (!scanner.next())
    throw new RangeError(`readDataset: ${path} must have a header and at least one row, got an empty file`);
  return Array.from({ length: Math.min(scanner.length, maxColumns) }, (_, i) =>
    unquote(bytes.toString("utf8", scanner.starts[i], scanner.stops[i]), scanner.escaped[i] === 1).trim(),
  );
}

function unquote(text: string, isEscaped: boolean): string {
  return isEscaped && text.includes('""') ? text.replaceAll('""', '"') : text;
}

/** Where a name stands in the header, whose bracketed names fall apart at their commas just as their values do. */
function columnOf(path: string, header: readonly string[], name: ColumnName, isRequired: boolean): number {
  const spellings = typeof name === "string" ? [name] : name;
  const found = header.flatMap((cell, column) => (spellings.includes(cell) ? [column] : []));
  if (found.length === 1) return found[0] as number;
  if (found.length === 0 && !isRequired) return -1;
  const rule = spellings.map((spelling) => JSON.stringify(spelling)).join(" or ");
  const got =
    found.length === 0
      ? `header ${header.join(",").slice(0, 2000)}`
      : found.length === 2
        ? "it twice"
        : "it often";
  throw new RangeError(`readDataset: ${path} must have one column ${rule}, got ${got}`);
}

function recordOf(scanner: CsvScanner, bytes: Buffer, columns: readonly number[]): CsvRecord {
  const isPlain = isAscii(bytes);
  const words: (Word | undefined)[] = new Array(numWords).fill(undefined);
  const latest: (Word | undefined)[] = columns.map(() => undefined);
  const bounds = { start: 0, stop: 0 };
  /** Sets the bounds to the cell without surrounding blanks. */
  const trim = (column: number) => {
    let start = scanner.starts[column] as number;
    let stop = scanner.stops[column] as number;
    while (start < stop && isBlank(bytes[start] as number)) start++;
    while (stop > start && isBlank(bytes[stop - 1] as number)) stop--;
    bounds.start = start;
    bounds.stop = stop;
  };
  const decode = (column: number) => {
    const { start, stop } = bounds;
    const text = bytes.toString(isPlain ? "latin1" : "utf8", start, stop);
    return unquote(text, scanner.escaped[column] === 1);
  };
  return {
    get line() {
      return scanner.line;
    },
    has: (column) => (columns[column] as number) >= 0,
    text(column) {
      if ((columns[column] as number) < 0) return "";
      trim(column);
      return decode(column);
    },
    is(column, text) {
      if ((columns[column] as number) < 0) return text === "";
      trim(column);
      const { start, stop } = bounds;
      if (stop - start !== text.length) return false;
      for (let i = start, j = 0; i < stop; i++, j++) if (bytes[i] !== text.charCodeAt(j)) return false;
      return true;
    },
    word(column) {
      if ((columns[column] as number) < 0) return "";
      trim(column);
      const { start, stop } = bounds;
      const before = latest[column];
      if (before !== undefined && isSame(bytes, start, stop, before)) return before.text;
      let hash = stop - start;
      for (let i = start; i < stop; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
      const slot = (hash ^ (hash >>> 12)) & (numWords - 1);
      let word = words[slot];
      if (word === undefined || !isSame(bytes, start, stop, word)) {
        word = { start, stop, text: decode(column) };
        words[slot] = word;
      }
      latest[column] = word;
      return word.text;
    },
    id(column) {
      if ((columns[column] as number) < 0) return Number.NaN;
      trim(column);
      return idOf(bytes, bounds.start, bounds.stop);
    },
    digit(column) {
      if ((columns[column] as number) < 0) return blank;
      trim(column);
      return digitOf(bytes, bounds.start, bounds.stop);
    },
  };
}

interface Word {
  readonly start: number;
  readonly stop: number;
  readonly text: string;
}

function isSame(bytes: Buffer, start: number, stop: number, word: Word): boolean {
  if (stop - start !== word.stop - word.start) return false;
  for (let i = start, j = word.start; i < stop; i++, j++) if (bytes[i] !== bytes[j]) return false;
  return true;
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function idOf(bytes: Buffer, start: number, stop: number): number {
  if (start === stop || stop - start > 15) return Number.NaN;
  let id = 0;
  for (let i = start; i < stop; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    id = 10 * id + digit;
  }
  return id;
}

function digitOf(bytes: Buffer, from: number, stop: number): number {
  if (from === stop) return blank;
  const sign = bytes[from] === 45 ? -1 : 1;
  const start = sign < 0 ? from + 1 : from;
  const digit = start < stop ? (bytes[start] as number) - 48 : -1;
  if (digit < 0 || digit > 9) return unreadable;
  if (stop > start + 1) {
    if (bytes[start + 1] !== 46 || stop === start + 2) return unreadable;
    for (let i = start + 2; i < stop; i++) if (bytes[i] !== 48) return unreadable;
  }
  return sign * digit + 0;
}
