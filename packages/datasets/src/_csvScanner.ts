/** Largest number of cells of a record. */
export const maxColumns = 4096;
const maxCellBytes = 2 ** 20;
const comma = 44;
const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** 1 for the bytes that end a cell. */
const ends = new Uint8Array(256);
for (const byte of [comma, lineFeed, carriageReturn]) ends[byte] = 1;

/** 1 for the bytes that mean something inside quotes. */
const quotedMarks = new Uint8Array(256);
for (const byte of [quote, lineFeed, carriageReturn]) quotedMarks[byte] = 1;

/** Finds the cells of one record after the other. */
export interface CsvScanner {
  /** Cells of the current record. */
  length: number;
  line: number;
  lastIsEmpty: boolean;
  /** Where the cells of the wanted columns begin and end, and whether they hold doubled quotes. */
  starts: Int32Array;
  stops: Int32Array;
  escaped: Uint8Array;
  take(slots: Int32Array, count: number): void;
  next(): boolean;
}

/** Finds the cells of record after record; a record without any byte is skipped. */
export function scanCsv(bytes: Buffer, path: string): CsvScanner {
  const end = bytes.length;
  let pos = end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let line = 1;
  let slots: Int32Array = Int32Array.from({ length: maxColumns + 1 }, (_, i) => (i < maxColumns ? i : -1));
  const fail = (at: number, rule: string): never => {
    throw new RangeError(`readDataset: ${path} must be a CSV file, got ${rule} on line ${at}`);
  };
  /** End of a quoted cell whose content begins at `start`; counts its lines. */
  const closingQuote = (start: number): number => {
    const opened = line;
    for (let at = start; at < end; at++) {
      while (at < end && quotedMarks[bytes[at] as number] === 0) at++;
      const byte = bytes[at];
      if (byte === quote) {
        if (at - start > maxCellBytes) fail(opened, `a cell of more than ${maxCellBytes} bytes`);
        if (bytes[at + 1] !== quote) return at;
        at++;
      } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) line++;
    }
    return fail(opened, "a quote that is never closed");
  };
  /** Moves to the next record; true if there is none. */
  const skipLineEnds = (): boolean => {
    for (; pos < end && (bytes[pos] === lineFeed || bytes[pos] === carriageReturn); pos++)
      if (bytes[pos] === lineFeed || bytes[pos + 1] !== lineFeed) line++;
    return pos >= end;
  };
  const scanner: CsvScanner = {
    length: 0,
    line: 0,
    lastIsEmpty: true,
    starts: new Int32Array(maxColumns),
    stops: new Int32Array(maxColumns),
    escaped: new Uint8Array(maxColumns),
    take(newSlots, count) {
      slots = newSlots;
      scanner.starts = new Int32Array(count);
      scanner.stops = new Int32Array(count);
      scanner.escaped = new Uint8Array(count);
    },
    next() {
      const { starts, stops, escaped } = scanner;
      const isAtEnd = skipLineEnds();
      if (isAtEnd) return false;
      scanner.line = line;
      let at = pos;
      for (let column = 0; ; column++) {
        if (column > maxColumns) fail(line, `more than ${maxColumns} cells`);
        let start = at;
        let stop: number;
        const isQuoted = bytes[at] === quote;
        if (isQuoted) {
          start = at + 1;
          stop = closingQuote(start);
          at = stop + 1;
          const after = at < end ? bytes[at] : lineFeed;
          if (after !== comma && after !== lineFeed && after !== carriageReturn)
            fail(line, "text after a closing quote");
        } else {
          for (; at < end; at++) if (ends[bytes[at] as number] === 1) break;
          stop = at;
          if (stop - start > maxCellBytes) fail(line, `a cell of more than ${maxCellBytes} bytes`);
        }
        const slot = column < slots.length ? (slots[column] as number) : -1;
        if (slot >= 0) {
          starts[slot] = start;
          stops[slot] = stop;
          escaped[slot] = isQuoted ? 1 : 0;
        }
        if (at < end && bytes[at] === comma) {
          at++;
          continue;
        }
        pos = at;
        scanner.length = column + 1;
        scanner.lastIsEmpty = start === stop;
        return true;
      }
    },
  };
  return scanner;
}
