import { inflateStart } from "#inflate";
import { reasonOf } from "./_check.js";
import {
  type DicomElement,
  type DicomElements,
  type DicomSource,
  pixelDataTag,
  readElements,
  tagName,
  textAt,
  vrAt,
} from "./_dicomElements.js";
import {
  deflatedSyntax,
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
} from "./_dicomSyntax.js";
import { sequenceTags, tags, wantedTags } from "./_dicomTags.js";
import { valuesOf } from "./_dicomValues.js";

/** A DICOM file taken apart as far as its pixel data. */
export interface DicomFile {
  readonly bytes: Uint8Array;
  readonly source: DicomSource;
  readonly transferSyntaxUid: string;
  readonly elements: DicomElements;
  /** The element at which the file breaks off, if it breaks off before the pixel data. */
  readonly cut: number | undefined;
}

/** Most bytes that the header of a deflated file may inflate to. */
const maxDeflatedHeader = 2 ** 25;

/** Deflated bytes that are taken first: as many as cannot inflate to more than the header may. */
const deflatedStep = 2 ** 14;

/** Bytes behind the pixel data of a deflated file that are tolerated. */
const deflatedSlack = 2 ** 20;

/** Whether these bytes begin as a DICOM file does, with a preamble or, as some old files, without. */
export function isDicom(bytes: Uint8Array): boolean {
  return startOf(bytes) !== undefined;
}

/** Takes a DICOM file apart. Of a deflated one the pixels are inflated too, unless there are more than `maxPixels`. */
export function openDicom(bytes: Uint8Array, where: string, maxPixels: number): DicomFile {
  const start = startOf(bytes);
  if (start === undefined)
    throw new RangeError(`${where}: file must begin as a DICOM file, got ${bytes.length} other bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = readMeta(view, start, where);
  if (meta.transferSyntaxUid === deflatedSyntax) return openDeflated(bytes, meta, where, maxPixels);
  return openDataset(bytes, meta.end, meta.transferSyntaxUid, where);
}

/** First byte of the first element; undefined if this is no DICOM file. */
function startOf(bytes: Uint8Array): number | undefined {
  if (bytes.length >= 132 && isMagic(bytes, 128)) return 132;
  if (bytes.length >= 4 && isMagic(bytes, 0)) return 4;
  if (bytes.length < 16) return undefined;
  const [a, b, c, d] = bytes as unknown as readonly [number, number, number, number];
  const group = b === 0 ? a : a === 0 ? b : -1;
  const element = b === 0 ? c + 256 * d : d + 256 * c;
  const isFirst = (group === 2 && element <= 1) || (group === 8 && element <= 0x70);
  return isFirst ? 0 : undefined;
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 68 && bytes[at + 1] === 73 && bytes[at + 2] === 67 && bytes[at + 3] === 77;
}

interface Meta {
  readonly transferSyntaxUid: string | undefined;
  readonly end: number;
}

/** The file meta information, group 0002, always explicit and little endian; old files have none. */
function readMeta(view: DataView, start: number, where: string): Meta {
  let transferSyntaxUid: string | undefined;
  let at = start;
  while (at + 8 <= view.byteLength && view.getUint16(at, true) === 2) {
    const isLong = ["OB", "OW", "UN", "UT"].includes(vrAt(view, at + 4));
    const isImplicit = vrAt(view, at + 4) === "";
    if (isLong && at + 12 > view.byteLength) break;
    const offset = at + (isLong ? 12 : 8);
    const length = isLong
      ? view.getUint32(at + 8, true)
      : isImplicit
        ? view.getUint32(at + 4, true)
        : view.getUint16(at + 6, true);
    const element = view.getUint16(at + 2, true);
    if (offset + length > view.byteLength)
      throw new RangeError(
        `${where}: file must be complete, got element ${tagName(0x20000 + element)} that ends at byte ${offset + length} of ${view.byteLength}`,
      );
    if (element === tags.transferSyntaxUid % 0x10000) transferSyntaxUid = textAt(view, offset, length);
    at = offset + length;
  }
  return { transferSyntaxUid, end: at };
}

/**
 * Reads the elements. What the first one looks like decides between implicit and explicit, as there are files that
 * declare the one and are written in the other.
 */
function openDataset(
  bytes: Uint8Array,
  start: number,
  declared: string | undefined,
  where: string,
): DicomFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian =
    declared === undefined
      ? start + 2 > bytes.length || bytes[start + 1] === 0 || bytes[start] !== 0
      : declared !== explicitBigEndian;
  const explicit = vrAt(view, start + 4) !== "";
  const native = littleEndian ? (explicit ? explicitLittleEndian : implicitLittleEndian) : explicitBigEndian;
  const source: DicomSource = { where, view, littleEndian, explicit };
  const { elements, cut } = readElements(source, start, wantedTags, sequenceTags);
  return { bytes, source, elements, cut, transferSyntaxUid: declared ?? native };
}

/**
 * Inflates first as little as holds the header, then as much as the pixels that it declares need, so that neither a
 * small image nor a header alone costs more than it is worth.
 */
function openDeflated(bytes: Uint8Array, { end }: Meta, where: string, maxPixels: number): DicomFile {
  const body = bytes.subarray(end);
  const open = (inflated: Uint8Array) => ({
    ...openDataset(inflated, 0, explicitLittleEndian, where),
    transferSyntaxUid: deflatedSyntax,
  });
  let [taken, enough, tooMuch] = [Math.min(body.length, deflatedStep), 0, Number.POSITIVE_INFINITY];
  for (;;) {
    const inflated = inflate(body.subarray(0, taken), maxDeflatedHeader, where);
    if (inflated === undefined) {
      if (taken - enough <= deflatedStep) return refuseInflated(where, maxDeflatedHeader);
      tooMuch = taken;
      taken = enough + Math.ceil((taken - enough) / 2);
      continue;
    }
    const file = open(inflated);
    if (file.elements.has(pixelDataTag)) {
      const limit = deflatedLimit(file, maxPixels);
      if (limit === undefined || taken === body.length) return file;
      return open(inflate(body, limit, where) ?? refuseInflated(where, limit));
    }
    if (taken === body.length) return file;
    enough = taken;
    const middle = enough + Math.ceil((tooMuch - enough) / 2);
    if (middle - enough < deflatedStep / 2) return refuseInflated(where, maxDeflatedHeader);
    taken = Math.min(body.length, 4 * taken, middle);
  }
}

/** Bytes that the data set with its pixels may inflate to; undefined if no pixels are wanted or these are too many. */
function deflatedLimit({ elements, source }: DicomFile, maxPixels: number): number | undefined {
  const { integer } = valuesOf(elements, source);
  const pixels = elements.get(pixelDataTag) as DicomElement;
  const numPixels = (integer(tags.rows) ?? 0) * (integer(tags.columns) ?? 0);
  if (numPixels === 0 || numPixels > maxPixels) return undefined;
  const bytesPerPixel = ((integer(tags.samplesPerPixel) ?? 1) * (integer(tags.bitsAllocated) ?? 8)) / 8;
  const frames = integer(tags.numberOfFrames) ?? 1;
  return Math.floor(
    pixels.offset + Math.min(pixels.declared, numPixels * bytesPerPixel * frames) + deflatedSlack,
  );
}

/** Undefined where the result is longer than `limit`. A stream that is cut off gives what is there. */
function inflate(deflated: Uint8Array, limit: number, where: string): Uint8Array | undefined {
  try {
    return inflateStart(deflated, limit);
  } catch (error) {
    throw new RangeError(`${where}: deflated data set must be readable, got ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function refuseInflated(where: string, limit: number): never {
  throw new RangeError(`${where}: deflated data set must inflate to at most ${limit} bytes, got more`);
}
