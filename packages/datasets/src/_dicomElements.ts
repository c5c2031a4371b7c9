/** One data element: where its value lies. */
export interface DicomElement {
  /** Two letters, or "" where the file does not say. */
  readonly vr: string;
  /** First byte of the value. */
  readonly offset: number;
  /** Bytes of the value that are there; for pixel data of undefined length those up to the end of the file. */
  readonly length: number;
  /** Bytes that the file declares, `undefinedLength` where a delimiter ends the value. */
  readonly declared: number;
  /** The items of a sequence that was asked for. */
  readonly items?: readonly DicomElements[];
}

export type DicomElements = ReadonlyMap<number, DicomElement>;

/** A stretch of bytes and how its elements are written. */
export interface DicomSource {
  readonly where: string;
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly explicit: boolean;
}

export const undefinedLength = 0xffffffff;
export const itemTag = 0xfffee000;
export const sequenceDelimiterTag = 0xfffee0dd;
const itemDelimiterTag = 0xfffee00d;
export const pixelDataTag = 0x7fe00010;

/** Deepest nesting of sequences that is followed. */
const maxDepth = 16;

/** Most items of a sequence that are kept. */
const maxItems = 16;

const longVrs = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const shortVrs = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" ") as readonly string[],
);

/** (gggg,eeee), as the standard prints tags. */
export function tagName(tag: number): string {
  const digits = tag.toString(16).padStart(8, "0").toUpperCase();
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

export function readTag(view: DataView, at: number, littleEndian: boolean): number {
  return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
}

/** The two letters of a value representation at `at`, or "" if there are none. */
export function vrAt(view: DataView, at: number): string {
  if (at + 2 > view.byteLength) return "";
  const vr = String.fromCharCode(view.getUint8(at), view.getUint8(at + 1));
  return shortVrs.has(vr) || longVrs.has(vr) ? vr : "";
}

/** Characters of a value, without the padding of spaces and zeros. */
export function textAt(view: DataView, offset: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, Math.min(length, 1024));
  return String.fromCharCode(...bytes).replace(/^[\0 ]+|[\0 ]+$/g, "");
}

/** What reading a stretch of elements found. */
export interface ReadElements {
  readonly elements: DicomElements;
  /** First byte behind what was read. */
  readonly end: number;
  /** The element that the end of the file cuts off, if one is cut off before the pixel data. */
  readonly cut: number | undefined;
}

interface Walk {
  readonly source: DicomSource;
  readonly wanted: ReadonlySet<number>;
  readonly sequences: ReadonlySet<number>;
}

/**
 * Reads elements from `start` up to and with the pixel data, and keeps those that are wanted. Every element advances
 * by at least eight bytes and no byte is read twice, so the time is linear in the length.
 */
export function readElements(
  source: DicomSource,
  start: number,
  wanted: ReadonlySet<number>,
  sequences: ReadonlySet<number>,
): ReadElements {
  return walk({ source, wanted, sequences }, start, source.view.byteLength, 0);
}

function walk(context: Walk, start: number, end: number, depth: number): ReadElements {
  const { source, wanted, sequences } = context;
  const elements = new Map<number, DicomElement>();
  let at = start;
  while (at + 8 <= end) {
    const header = readHeader(source, at, end);
    if (header === undefined) return { elements, end, cut: readTag(source.view, at, source.littleEndian) };
    const { tag, vr, offset, declared } = header;
    if (tag === itemDelimiterTag || tag === sequenceDelimiterTag)
      return { elements, end: offset, cut: undefined };
    if (depth === 0 && tag === pixelDataTag) {
      elements.set(tag, { vr, offset, declared, length: Math.min(declared, end - offset) });
      return { elements, end, cut: undefined };
    }
    const isSequence = declared === undefinedLength || sequences.has(tag);
    if (!isSequence) {
      if (offset + declared > end) return { elements, end, cut: tag };
      if (wanted.has(tag)) elements.set(tag, { vr, offset, declared, length: declared });
      at = offset + declared;
      continue;
    }
    const inner = readItems(context, header, end, depth + 1);
    if (sequences.has(tag))
      elements.set(tag, { vr, offset, declared, length: inner.end - offset, items: inner.items });
    if (inner.cut) return { elements, end, cut: tag };
    at = inner.end;
  }
  return { elements, end, cut: undefined };
}

interface ElementHeader {
  readonly tag: number;
  readonly vr: string;
  readonly offset: number;
  readonly declared: number;
}

/** Tag, value representation and length at `at`; undefined if the end of the bytes cuts them off. */
function readHeader(
  { view, littleEndian, explicit }: DicomSource,
  at: number,
  end: number,
): ElementHeader | undefined {
  const tag = readTag(view, at, littleEndian);
  const isDelimiter = tag >>> 16 === 0xfffe;
  const vr = explicit && !isDelimiter ? vrAt(view, at + 4) : "";
  if (vr === "") return { tag, vr, offset: at + 8, declared: view.getUint32(at + 4, littleEndian) };
  if (shortVrs.has(vr)) return { tag, vr, offset: at + 8, declared: view.getUint16(at + 6, littleEndian) };
  if (at + 12 > end) return undefined;
  return { tag, vr, offset: at + 12, declared: view.getUint32(at + 8, littleEndian) };
}

/** Follows the items of a sequence; private ones of undefined length too, which are implicit inside (CP-246). */
function readItems(
  context: Walk,
  { tag, vr, offset, declared }: ElementHeader,
  limit: number,
  depth: number,
): { items: DicomElements[]; end: number; cut: boolean } {
  const { source } = context;
  if (depth > maxDepth)
    throw new RangeError(
      `${source.where}: sequences must be nested at most ${maxDepth} deep, got more in ${tagName(tag)} at byte ${offset}`,
    );
  const isDefined = declared !== undefinedLength;
  if (isDefined && offset + declared > limit) return { items: [], end: limit, cut: true };
  const end = isDefined ? offset + declared : limit;
  const inner: Walk =
    vr === "UN" && !isDefined
      ? { ...context, source: { ...source, explicit: false, littleEndian: true } }
      : context;
  const { view, littleEndian } = inner.source;
  const isBytes = tag === pixelDataTag || vr === "OB" || vr === "OW";
  const isWanted = context.sequences.has(tag);
  const items: DicomElements[] = [];
  let at = offset;
  while (at + 8 <= end) {
    const itemOrEnd = readTag(view, at, littleEndian);
    const length = view.getUint32(at + 4, littleEndian);
    if (itemOrEnd === sequenceDelimiterTag) return { items, end: at + 8, cut: false };
    if (itemOrEnd !== itemTag)
      throw new RangeError(
        `${source.where}: sequence ${tagName(tag)} must consist of items, got ${tagName(itemOrEnd)} at byte ${at}`,
      );
    const isBounded = length !== undefinedLength;
    const itemEnd = isBounded ? at + 8 + length : end;
    if (itemEnd > end) return { items, end: limit, cut: true };
    if (isBounded && (isBytes || !isWanted)) {
      at = itemEnd;
      continue;
    }
    const item = walk(inner, at + 8, itemEnd, depth);
    if (item.cut !== undefined) return { items, end: limit, cut: true };
    if (isWanted && items.length < maxItems) items.push(item.elements);
    at = isBounded ? itemEnd : item.end;
  }
  return { items, end, cut: !isDefined };
}
