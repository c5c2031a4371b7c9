import { decodeByWasm } from "./_codecWasm.js";
import { type DicomFrame, type FrameShape, requireShape } from "./_dicomFrame.js";

/** Decodes a JPEG 2000 or HTJ2K frame. */
export async function decodeJpeg2000(coded: Uint8Array, shape: FrameShape): Promise<DicomFrame> {
  const stream = codestreamOf(coded, shape);
  const size = sizeOf(stream, shape);
  requireShape(shape, size);
  if (size.precision > 16 || (size.precision > 8 && shape.bitsAllocated === 8))
    refuse(shape, `have a precision of at most the ${shape.bitsAllocated} bits allocated`, size.precision);
  requireOrder(stream, shape, size.end);
  const { samples } = await decodeByWasm("openjpeg", stream, shape);
  const { channels, precision, signed } = size;
  return { samples, channels, interleaved: true, precision, signed, isRgb: channels === 3 };
}

function refuse({ where, syntax }: FrameShape, rule: string, got: string | number): never {
  throw new RangeError(`${where}: ${syntax} frame must ${rule}, got ${got}`);
}

/** The codestream itself, which some files wrap in the boxes of a JP2 file. */
function codestreamOf(coded: Uint8Array, shape: FrameShape): Uint8Array {
  const view = new DataView(coded.buffer, coded.byteOffset, coded.byteLength);
  if (coded.length >= 4 && view.getUint32(0) === 0xff4fff51) return coded;
  let at = 0;
  while (at + 8 <= coded.length) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263) {
      const isWide = length === 1;
      const stream = coded.subarray(at + (isWide ? 16 : 8), length > 1 ? at + length : coded.length);
      if (stream[0] === 0xff && stream[1] === 0x4f) return stream;
    }
    if (length < 8) break;
    at += length;
  }
  return refuse(shape, "begin with the bytes ff 4f ff 51 or the boxes of a JP2 file", "neither");
}

interface Jpeg2000Size {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly precision: number;
  readonly signed: boolean;
  /** First byte behind the segment. */
  readonly end: number;
}

/** The SIZ segment, which every codestream begins with (ISO/IEC 15444-1 A.5.1). */
function sizeOf(stream: Uint8Array, shape: FrameShape): Jpeg2000Size {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const length = stream.length < 42 ? 0 : view.getUint16(4);
  const channels = length < 38 ? 0 : view.getUint16(40);
  if (channels < 1 || length !== 38 + 3 * channels || 4 + length > stream.length)
    refuse(shape, "have a complete SIZ segment", `${length} bytes for ${channels} channels`);
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  const [tileWidth, tileHeight] = [view.getUint32(24), view.getUint32(28)];
  const numTiles = Math.ceil(right / tileWidth) * Math.ceil(bottom / tileHeight);
  if (!(numTiles <= 65535)) refuse(shape, "have at most 65535 tiles", numTiles);
  const kinds = Array.from({ length: channels }, (_, i) => view.getUint8(42 + 3 * i));
  const isUniform = kinds.every((kind) => kind === kinds[0]);
  const steps = Array.from({ length: 2 * channels }, (_, i) => view.getUint8(43 + 3 * (i >> 1) + (i & 1)));
  if (!isUniform || steps.some((step) => step !== 1))
    refuse(shape, "have channels of one size and precision", `subsampled or mixed ones`);
  const [kind] = kinds as [number];
  return {
    width: right - left,
    height: bottom - top,
    channels,
    precision: (kind & 0x7f) + 1,
    signed: kind >= 0x80,
    end: 4 + length,
  };
}

/** Most precincts of a channel, and most packets: layers of precincts. Archives come nowhere near. */
const maxPrecincts = 2 ** 18;
const maxPackets = 2 ** 22;

const [tilePart, startOfData, endOfStream, codingStyle, channelStyle] = [
  0xff90, 0xff93, 0xffd9, 0xff52, 0xff53,
];

/**
 * Throws unless every tile-part ends within the stream, for the decoder itself fills what is cut off with grey, and
 * unless the precincts are few enough, for it takes memory for each.
 *
 * @see ISO/IEC 15444-1 A.4.2, A.6.1 and A.6.2.
 */
function requireOrder(stream: Uint8Array, shape: FrameShape, start: number): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = requireSegments(view, shape, start);
  let numParts = 0;
  while (at + 12 <= stream.length && view.getUint16(at) === tilePart) {
    numParts++;
    requireSegments(view, shape, at + 12);
    const length = view.getUint32(at + 6);
    if (length === 0) return;
    if (length < 14 || at + length > stream.length)
      refuse(
        shape,
        `have tile-parts that end within its ${stream.length} bytes`,
        `one of ${length} bytes from byte ${at}`,
      );
    at += length;
  }
  if (numParts === 0) refuse(shape, "have a tile-part", `none in ${stream.length} bytes`);
}

/** Passes the marker segments of a header; gives the place of the marker that ends it. */
function requireSegments(view: DataView, shape: FrameShape, start: number): number {
  let layers = 1;
  let at = start;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === tilePart || marker === startOfData || marker === endOfStream) return at;
    const length = view.getUint16(at + 2);
    if (marker < 0xff00 || length < 2 || at + 2 + length > view.byteLength)
      refuse(
        shape,
        "consist of complete marker segments",
        `${marker.toString(16)} of ${length} bytes at byte ${at}`,
      );
    if (marker === codingStyle && length >= 12) {
      layers = view.getUint16(at + 6);
      requirePrecincts(view, shape, {
        at: at + 9,
        style: view.getUint8(at + 4),
        end: at + 2 + length,
        layers,
      });
    } else if (marker === channelStyle && length >= 9)
      requirePrecincts(view, shape, {
        at: at + 6,
        style: view.getUint8(at + 5),
        end: at + 2 + length,
        layers,
      });
    at += 2 + length;
  }
  return at;
}

/** Counts the precincts of a coding style, whose parameters begin at `at` with the number of decompositions. */
function requirePrecincts(
  view: DataView,
  shape: FrameShape,
  { at, style, end, layers }: { at: number; style: number; end: number; layers: number },
): void {
  const numLevels = view.getUint8(at);
  let numPrecincts = 0;
  for (let resolution = 0; resolution <= numLevels; resolution++) {
    const place = at + 5 + resolution;
    const exponents = (style & 1) === 1 && place < end ? view.getUint8(place) : 0xff;
    const scale = 2 ** (numLevels - resolution);
    const across = Math.ceil(shape.columns / scale / 2 ** (exponents & 15));
    const down = Math.ceil(shape.rows / scale / 2 ** (exponents >> 4));
    numPrecincts += across * down;
  }
  if (numPrecincts > maxPrecincts || numPrecincts * layers > maxPackets)
    refuse(
      shape,
      `have at most ${maxPrecincts} precincts and ${maxPackets} packets`,
      `${numPrecincts} precincts in ${layers} layers`,
    );
}
