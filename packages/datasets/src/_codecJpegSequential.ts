import { inverseCosine } from "./_codecJpegCosine.js";
import {
  type JpegComponent,
  type JpegFrame,
  type JpegScan,
  type JpegState,
  nextScan,
  refuse,
} from "./_codecJpegHeader.js";
import {
  type BitReader,
  bitReader,
  type HuffmanCode,
  isOverrun,
  passRestart,
  readSigned,
  readSymbol,
} from "./_codecJpegHuffman.js";

/** Places in the block of the coefficients in the order of the stream (figure A.6 of ISO/IEC 10918-1). */
const zigzag: Uint8Array = zigzagOrder();

function zigzagOrder(): Uint8Array {
  const order = new Uint8Array(64);
  let [x, y] = [0, 0];
  for (let i = 0; i < 64; i++) {
    order[i] = 8 * y + x;
    const isRising = (x + y) % 2 === 0;
    if (isRising) {
      if (x === 7) y++;
      else {
        x++;
        if (y > 0) y--;
      }
    } else if (y === 7) x++;
    else {
      y++;
      if (x > 0) x--;
    }
  }
  return order;
}

/** One channel while it is decoded: whole blocks, at its own resolution. */
interface Plane {
  readonly component: JpegComponent;
  /** Blocks in a row, and rows of blocks, that its minimum coded units cover. */
  readonly columns: number;
  readonly rows: number;
  /** The same that the image itself covers. */
  readonly usedColumns: number;
  readonly usedRows: number;
  readonly samples: Uint8Array | Uint16Array;
  isDecoded: boolean;
}

/** A channel of a decoded image, in rows of `stride` samples. */
export interface JpegPlane {
  readonly samples: Uint8Array | Uint16Array;
  readonly stride: number;
  readonly horizontal: number;
  readonly vertical: number;
}

/**
 * Decodes the scans of a sequential JPEG, of 8 or 12 bits, each channel at its own resolution.
 *
 * @see ISO/IEC 10918-1 annex F.
 */
export function decodeSequential(state: JpegState, frame: JpegFrame, first: JpegScan): JpegPlane[] {
  const { shape } = state;
  const { precision, components } = frame;
  if (precision !== 8 && precision !== 12) refuse(shape, "have a precision of 8 or 12", precision);
  const planes = planesOf(frame);
  let scan: JpegScan | undefined = first;
  while (scan !== undefined && planes.some(({ isDecoded }) => !isDecoded)) {
    const end = decodeScan(state, scan, planes, frame);
    scan = nextScan(state, end);
  }
  const missing = planes.findIndex(({ isDecoded }) => !isDecoded);
  if (missing >= 0) refuse(shape, `have data of ${components.length} channels`, `none of channel ${missing}`);
  return planes.map(({ component: { horizontal, vertical }, samples, columns }) => ({
    samples,
    stride: 8 * columns,
    horizontal,
    vertical,
  }));
}

function planesOf({ components, width, height, precision }: JpegFrame): Plane[] {
  const maxHorizontal = Math.max(...components.map(({ horizontal }) => horizontal));
  const maxVertical = Math.max(...components.map(({ vertical }) => vertical));
  const unitColumns = Math.ceil(width / (8 * maxHorizontal));
  const unitRows = Math.ceil(height / (8 * maxVertical));
  return components.map((component) => {
    const [columns, rows] = [unitColumns * component.horizontal, unitRows * component.vertical];
    const usedColumns = Math.ceil(Math.ceil((width * component.horizontal) / maxHorizontal) / 8);
    const usedRows = Math.ceil(Math.ceil((height * component.vertical) / maxVertical) / 8);
    const length = 64 * columns * rows;
    const samples = precision > 8 ? new Uint16Array(length) : new Uint8Array(length);
    return { component, columns, rows, usedColumns, usedRows, samples, isDecoded: false };
  });
}

interface Channel {
  readonly plane: Plane;
  readonly dc: HuffmanCode;
  readonly ac: HuffmanCode;
  readonly quantisation: Uint16Array;
  /** DC coefficient of the block before. */
  before: number;
}

/** Decodes a scan into its planes; gives the end of its data. */
function decodeScan(state: JpegState, scan: JpegScan, planes: readonly Plane[], frame: JpegFrame): number {
  const { shape } = state;
  const channels = scan.components.map(({ component, dc, ac }): Channel => {
    const plane = planes[component] as Plane;
    const quantisation = state.quantisation.get(plane.component.quantisation);
    if (plane.isDecoded) refuse(shape, "have one scan a channel", `two of channel ${component}`);
    if (dc === undefined || ac === undefined) refuse(shape, "have Huffman tables", "none");
    if (quantisation === undefined) refuse(shape, "have a quantisation table", "none");
    plane.isDecoded = true;
    return { plane, dc, ac, quantisation, before: 0 };
  });
  const [first] = channels as [Channel];
  const isInterleaved = channels.length > 1;
  const { horizontal, vertical } = first.plane.component;
  const unitColumns = isInterleaved ? first.plane.columns / horizontal : first.plane.usedColumns;
  const unitRows = isInterleaved ? first.plane.rows / vertical : first.plane.usedRows;
  const reader = bitReader(state.bytes, scan.dataOffset);
  const block = new Float64Array(64);
  let left = scan.restartInterval;
  for (let y = 0; y < unitRows; y++)
    for (let x = 0; x < unitColumns; x++) {
      if (scan.restartInterval > 0 && left-- === 0) {
        if (!passRestart(reader)) refuse(shape, `restart in row ${8 * y * vertical}`, "no restart marker");
        for (const channel of channels) channel.before = 0;
        left = scan.restartInterval - 1;
      }
      for (const channel of channels) {
        const [across, down] = isInterleaved
          ? [channel.plane.component.horizontal, channel.plane.component.vertical]
          : [1, 1];
        for (let v = 0; v < down; v++)
          for (let h = 0; h < across; h++) {
            if (!readBlock(reader, channel, block))
              refuse(shape, "consist of valid codes", `another near row ${8 * y * vertical}`);
            writeBlock(block, channel.plane, x * across + h, y * down + v, frame.precision);
          }
      }
      if (isOverrun(reader))
        refuse(shape, `have data for ${frame.height} rows`, `an end near row ${8 * y * vertical}`);
    }
  return reader.at;
}

/** Reads the dequantised coefficients of a block; false if the bits are no code. */
function readBlock(reader: BitReader, channel: Channel, block: Float64Array): boolean {
  const { dc, ac, quantisation } = channel;
  const size = readSymbol(reader, dc);
  if (size < 0 || size > 15) return false;
  channel.before = (channel.before + readSigned(reader, size)) | 0;
  block.fill(0);
  block[0] = channel.before * (quantisation[0] as number);
  for (let k = 1; k < 64; k++) {
    const symbol = readSymbol(reader, ac);
    if (symbol < 0) return false;
    const bits = symbol & 15;
    k += symbol >> 4;
    if (bits === 0) {
      if (symbol !== 0xf0) return symbol === 0;
      continue;
    }
    if (k > 63) return false;
    block[zigzag[k] as number] = readSigned(reader, bits) * (quantisation[k] as number);
  }
  return true;
}

/** Turns coefficients into samples and puts these in their place. */
function writeBlock(
  block: Float64Array,
  { samples, columns }: Plane,
  x: number,
  y: number,
  precision: number,
): void {
  inverseCosine(block, precision);
  const middle = 1 << (precision - 1);
  const highest = (1 << precision) - 1;
  let at = (64 * y * columns + 8 * x) | 0;
  for (let i = 0; i < 64; i++) {
    const value = (middle + (block[i] as number)) | 0;
    samples[at++] = Math.min(highest, Math.max(0, value));
    if ((i & 7) === 7) at += 8 * columns - 8;
  }
}
