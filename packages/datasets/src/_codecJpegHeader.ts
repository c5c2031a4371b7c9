import { type HuffmanCode, huffmanCode } from "./_codecJpegHuffman.js";
import type { FrameShape } from "./_dicomFrame.js";

export interface JpegComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantisation: number;
}

/** The frame header of a JPEG stream. */
export interface JpegFrame {
  /** Last digit of its marker: 0 baseline, 1 extended, 2 progressive, 3 lossless; 0x37 JPEG-LS. */
  readonly process: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

interface JpegScanComponent {
  readonly component: number;
  readonly dc: HuffmanCode | undefined;
  readonly ac: HuffmanCode | undefined;
}

/** A scan header with the codes in force, and where its data begin. */
export interface JpegScan {
  readonly components: readonly JpegScanComponent[];
  /** Start of the spectral selection; in lossless coding the predictor. */
  readonly start: number;
  /** Point transform. */
  readonly low: number;
  /** Minimum coded units between restart markers, 0 for none. */
  readonly restartInterval: number;
  readonly dataOffset: number;
}

/** Tables and headers of a stream as far as they have been read. */
export interface JpegState {
  readonly bytes: Uint8Array;
  readonly shape: FrameShape;
  readonly codes: Map<number, HuffmanCode>;
  readonly quantisation: Map<number, Uint16Array>;
  restartInterval: number;
  frame: JpegFrame | undefined;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;

export function jpegState(bytes: Uint8Array, shape: FrameShape): JpegState {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
    throw new RangeError(
      `${shape.where}: ${shape.syntax} frame must begin with the bytes ff d8, got ${hex(bytes[0])} ${hex(bytes[1])}`,
    );
  return { bytes, shape, codes: new Map(), quantisation: new Map(), restartInterval: 0, frame: undefined };
}

function hex(byte: number | undefined): string {
  return byte === undefined ? "nothing" : byte.toString(16).padStart(2, "0");
}

/** Fails with the name of the transfer syntax. */
export function refuse({ where, syntax }: FrameShape, rule: string, got: string | number): never {
  throw new RangeError(`${where}: ${syntax} frame must ${rule}, got ${got}`);
}

/** Reads marker segments from `at` on: to the next scan, or, as undefined, to the end of the image. */
export function nextScan(state: JpegState, from: number): JpegScan | undefined {
  const { bytes, shape } = state;
  let at = from;
  for (;;) {
    while (at < bytes.length && bytes[at] !== 0xff) at++;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined || marker === endOfImage) return undefined;
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + length;
    if (length < 2 || end > bytes.length)
      refuse(
        shape,
        `be complete in ${bytes.length} bytes`,
        `segment ff${hex(marker)} of ${length} bytes at byte ${at}`,
      );
    const segment = bytes.subarray(at + 2, end);
    if (marker === startOfScan) return scanOf(state, segment, end);
    readSegment(state, marker, segment);
    at = end;
  }
}

function readSegment(state: JpegState, marker: number, segment: Uint8Array): void {
  if (marker === 0xc4) readHuffmanCodes(state, segment);
  else if (marker === 0xdb) readQuantisation(state, segment);
  else if (marker === 0xdd) state.restartInterval = ((segment[0] ?? 0) << 8) | (segment[1] ?? 0);
  else if ((marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) || marker === 0xf7) {
    if (state.frame !== undefined) refuse(state.shape, "have one frame header", "two");
    state.frame = frameOf(state.shape, marker - 0xc0, segment);
  }
}

function frameOf(shape: FrameShape, process: number, segment: Uint8Array): JpegFrame {
  const count = segment[5] ?? 0;
  if (count < 1 || count > 4 || segment.length < 6 + 3 * count)
    refuse(shape, "have a header of 1 to 4 channels", `${count} in ${segment.length} bytes`);
  const components = Array.from({ length: count }, (_, i) => {
    const [id, factors, quantisation] = segment.subarray(6 + 3 * i, 9 + 3 * i) as unknown as [
      number,
      number,
      number,
    ];
    return { id, horizontal: factors >> 4, vertical: factors & 15, quantisation };
  });
  for (const { horizontal, vertical } of components)
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
      refuse(shape, "have sampling factors in [1, 4]", `${horizontal} and ${vertical}`);
  return {
    process,
    precision: segment[0] as number,
    height: ((segment[1] as number) << 8) | (segment[2] as number),
    width: ((segment[3] as number) << 8) | (segment[4] as number),
    components,
  };
}

function readHuffmanCodes({ codes, shape }: JpegState, segment: Uint8Array): void {
  let at = 0;
  while (at + 17 <= segment.length) {
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    const code = total <= 256 && symbols.length === total ? huffmanCode(counts, symbols) : undefined;
    if (code === undefined) refuse(shape, "have complete Huffman tables", `one of ${total} codes`);
    codes.set(segment[at] as number, code);
    at += 17 + total;
  }
}

function readQuantisation({ quantisation, shape }: JpegState, segment: Uint8Array): void {
  let at = 0;
  while (at < segment.length) {
    const head = segment[at] as number;
    const size = head >> 4 === 0 ? 1 : 2;
    const values = segment.subarray(at + 1, at + 1 + 64 * size);
    if (values.length < 64 * size)
      refuse(shape, "have quantisation tables of 64 values", values.length / size);
    const table = Uint16Array.from({ length: 64 }, (_, i) =>
      size === 1 ? (values[i] as number) : ((values[2 * i] as number) << 8) | (values[2 * i + 1] as number),
    );
    quantisation.set(head & 15, table);
    at += 1 + 64 * size;
  }
}

function scanOf(
  { frame, codes, shape, restartInterval }: JpegState,
  segment: Uint8Array,
  end: number,
): JpegScan {
  if (frame === undefined) refuse(shape, "have a frame header before its data", "none");
  const count = segment[0] ?? 0;
  if (count < 1 || count > frame.components.length || segment.length < 4 + 2 * count)
    refuse(shape, `have scans of 1 to ${frame.components.length} channels`, count);
  const components = Array.from({ length: count }, (_, i) => {
    const id = segment[1 + 2 * i] as number;
    const selectors = segment[2 + 2 * i] as number;
    const component = frame.components.findIndex((one) => one.id === id);
    if (component < 0) refuse(shape, "have scans of its own channels", id);
    return { component, dc: codes.get(selectors >> 4), ac: codes.get(0x10 | (selectors & 15)) };
  });
  const [start, , approximation] = segment.subarray(1 + 2 * count) as unknown as [number, number, number];
  return { components, start, low: approximation & 15, restartInterval, dataOffset: end };
}
