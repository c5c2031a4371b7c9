import { type JpegFrame, type JpegScan, type JpegState, refuse } from "./_codecJpegHeader.js";
import {
  type BitReader,
  bitReader,
  fill,
  type HuffmanCode,
  isOverrun,
  passRestart,
  readSigned,
  readSymbol,
} from "./_codecJpegHuffman.js";

/** Bits looked up at once: most differences and their codes are shorter. */
const quickBits = 13;
const quickMask = 2 ** quickBits - 1;

interface DifferenceCode {
  readonly code: HuffmanCode;
  /** For the next bits: the difference times 32 plus the bits that it takes; 0 where it takes more. */
  readonly quick: Int32Array;
}

/**
 * Decodes the one scan of a lossless JPEG; channels lie pixel by pixel.
 *
 * @returns Samples, and the end of the data.
 * @see ISO/IEC 10918-1 annex H.
 */
export function decodeLossless(
  { bytes, shape }: JpegState,
  frame: JpegFrame,
  scan: JpegScan,
): { samples: Uint8Array | Uint16Array; end: number } {
  const { width, height, precision } = frame;
  const channels = frame.components.length;
  if (precision < 2 || precision > 16) refuse(shape, "have a precision in [2, 16]", precision);
  if (scan.components.length !== channels)
    refuse(shape, `have ${channels} channels in one scan`, scan.components.length);
  if (scan.start < 1 || scan.start > 7) refuse(shape, "have a predictor in [1, 7]", scan.start);
  if (scan.low >= precision) refuse(shape, "have a point transform below its precision", scan.low);
  if (frame.components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1))
    if (channels > 1) refuse(shape, "have channels of one size", "subsampled ones");
  const codes = scan.components.map(({ dc }) =>
    differenceCode(dc ?? refuse(shape, "have a Huffman table", "none")),
  );
  const rowLength = width * channels;
  if (scan.restartInterval % width !== 0)
    refuse(shape, `restart at the beginning of a row of ${width}`, scan.restartInterval);
  const rowsBetweenRestarts = scan.restartInterval / width;
  const samples = precision > 8 ? new Uint16Array(rowLength * height) : new Uint8Array(rowLength * height);
  const reader = bitReader(bytes, scan.dataOffset);
  const differences = new Int32Array(rowLength);
  const initial = 2 ** (precision - scan.low - 1);
  let row = new Int32Array(rowLength);
  let above = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    const isRestart = rowsBetweenRestarts > 0 && y > 0 && y % rowsBetweenRestarts === 0;
    if (isRestart && !passRestart(reader)) refuse(shape, `restart before row ${y}`, "no restart marker");
    if (!readDifferences(reader, codes, differences))
      refuse(shape, "consist of valid codes", `another in row ${y}`);
    if (isOverrun(reader)) refuse(shape, `have data for ${height} rows`, `an end in row ${y}`);
    if (y === 0 || isRestart) predictFirstRow(row, differences, channels, initial);
    else predictRow(row, above, differences, channels, scan.start);
    const at = y * rowLength;
    if (scan.low === 0) samples.set(row, at);
    else for (let i = 0; i < rowLength; i++) samples[at + i] = (row[i] as number) << scan.low;
    [row, above] = [above, row];
  }
  return { samples, end: reader.at };
}

function differenceCode(code: HuffmanCode): DifferenceCode {
  const quick = new Int32Array(2 ** quickBits);
  const reader = bitReader(new Uint8Array(0), 0);
  for (let next = 0; next < quick.length; next++) {
    reader.bits = next << (25 - quickBits);
    reader.available = 25;
    const size = readSymbol(reader, code);
    if (size < 0 || size > 15) continue;
    const difference = 25 - reader.available + size <= quickBits ? readSigned(reader, size) : undefined;
    if (difference !== undefined) quick[next] = (difference << 5) | (25 - reader.available);
  }
  return { code, quick };
}

/** Fills `target` with the next differences; false if the bits are no code. */
function readDifferences(reader: BitReader, codes: readonly DifferenceCode[], target: Int32Array): boolean {
  const { bytes } = reader;
  const count = codes.length;
  let { at, bits, available } = reader;
  let { code, quick } = codes[0] as DifferenceCode;
  for (let i = 0; i < target.length; i++) {
    if (count > 1) ({ code, quick } = codes[i % count] as DifferenceCode);
    while (available < quickBits) {
      const byte = bytes[at] ?? 0xff;
      if (byte === 0xff) {
        reader.at = at;
        reader.bits = bits;
        reader.available = available;
        fill(reader);
        ({ at, bits, available } = reader);
        break;
      }
      bits = (bits << 8) | byte;
      available += 8;
      at++;
    }
    const entry = quick[(bits >>> (available - quickBits)) & quickMask] as number;
    if (entry !== 0) {
      target[i] = entry >> 5;
      available -= entry & 31;
      continue;
    }
    reader.at = at;
    reader.bits = bits;
    reader.available = available;
    const size = readSymbol(reader, code);
    if (size < 0 || size > 16) return false;
    target[i] = size === 16 ? 32768 : readSigned(reader, size);
    ({ at, bits, available } = reader);
  }
  reader.at = at;
  reader.bits = bits;
  reader.available = available;
  return true;
}

/** Without a row above, a sample is predicted by its left neighbour, the first one by the middle of the range. */
function predictFirstRow(row: Int32Array, differences: Int32Array, channels: number, initial: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < channels ? initial : (row[i - channels] as number);
    row[i] = (left + (differences[i] as number)) & 0xffff;
  }
}

/** Predictors of table H.1; the first sample of a row is predicted by the one above. */
function predictRow(
  row: Int32Array,
  above: Int32Array,
  differences: Int32Array,
  channels: number,
  predictor: number,
): void {
  for (let i = 0; i < channels; i++) row[i] = ((above[i] as number) + (differences[i] as number)) & 0xffff;
  for (let i = channels; i < row.length; i++) {
    const a = row[i - channels] as number;
    const b = above[i] as number;
    const c = above[i - channels] as number;
    let predicted = a;
    if (predictor === 2) predicted = b;
    else if (predictor === 3) predicted = c;
    else if (predictor === 4) predicted = a + b - c;
    else if (predictor === 5) predicted = a + ((b - c) >> 1);
    else if (predictor === 6) predicted = b + ((a - c) >> 1);
    else if (predictor === 7) predicted = (a + b) >> 1;
    row[i] = (predicted + (differences[i] as number)) & 0xffff;
  }
}
