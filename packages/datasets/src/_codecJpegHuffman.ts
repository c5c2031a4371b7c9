/** A Huffman code, ready to decode. */
export interface HuffmanCode {
  /** For the next nine bits: the symbol times 32 plus the length of its code; 0 where the code is longer. */
  readonly short: Uint16Array;
  /** Largest code of each length, shifted to 16 bits, exclusive; of lengths without codes that of the length before. */
  readonly limits: Int32Array;
  /** Index of the first symbol of each length minus its code. */
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}

const shortBits = 9;
const shortMask = 2 ** shortBits - 1;

/** Builds a code from the counts of its lengths 1 to 16; undefined if there are more codes than bits allow. */
export function huffmanCode(counts: Uint8Array, symbols: Uint8Array): HuffmanCode | undefined {
  const short = new Uint16Array(2 ** shortBits);
  const limits = new Int32Array(18);
  const offsets = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] as number;
    offsets[length] = index - code;
    if (code + count > 2 ** length) return undefined;
    if (length <= shortBits)
      for (let i = 0; i < count; i++) {
        const spare = shortBits - length;
        short.fill(
          ((symbols[index + i] as number) << 5) | length,
          (code + i) << spare,
          (code + i + 1) << spare,
        );
      }
    index += count;
    code += count;
    limits[length] = code << (16 - length);
    code <<= 1;
  }
  return { short, limits, offsets, symbols };
}

/** Where a decoder stands in entropy-coded data. */
export interface BitReader {
  readonly bytes: Uint8Array;
  /** Next byte to take. */
  at: number;
  /** The bits taken and not yet used, the last ones lowest. */
  bits: number;
  /** How many there are. */
  available: number;
  /** How many of the bits taken are zeros that stand for data that are not there. */
  missing: number;
}

export function bitReader(bytes: Uint8Array, at: number): BitReader {
  return { bytes, at, bits: 0, available: 0, missing: 0 };
}

/** Takes bytes until there are at least 25 bits. A marker is not passed: zeros follow, and are counted. */
export function fill(reader: BitReader): void {
  const { bytes } = reader;
  while (reader.available < 25) {
    let byte = bytes[reader.at] ?? -1;
    if (byte === 0xff && bytes[reader.at + 1] !== 0) byte = -1;
    if (byte < 0) {
      byte = 0;
      reader.missing += 8;
    } else reader.at += byte === 0xff ? 2 : 1;
    reader.bits = (reader.bits << 8) | byte;
    reader.available += 8;
  }
}

/** Whether bits were used that are not in the data. */
export function isOverrun({ available, missing }: BitReader): boolean {
  return available < missing;
}

/** The next symbol, −1 if the bits are no code. */
export function readSymbol(reader: BitReader, code: HuffmanCode): number {
  if (reader.available < 16) fill(reader);
  const entry = code.short[(reader.bits >>> (reader.available - shortBits)) & shortMask] as number;
  if (entry !== 0) {
    reader.available -= entry & 31;
    return entry >> 5;
  }
  const next = (reader.bits >>> (reader.available - 16)) & 0xffff;
  for (let length = shortBits + 1; length <= 16; length++)
    if (next < (code.limits[length] as number)) {
      reader.available -= length;
      return code.symbols[(next >> (16 - length)) + (code.offsets[length] as number)] ?? -1;
    }
  return -1;
}

/** A number of `size` bits, 0 to 16, of which the lower half of the range is negative (F.2.2.1, EXTEND). */
export function readSigned(reader: BitReader, size: number): number {
  if (size === 0) return 0;
  if (reader.available < size) fill(reader);
  reader.available -= size;
  const range = 1 << size;
  const value = (reader.bits >>> reader.available) & (range - 1);
  return value < range >> 1 ? value - range + 1 : value;
}

/** Passes a restart marker; false if none follows. */
export function passRestart(reader: BitReader): boolean {
  const { bytes } = reader;
  let at = reader.at;
  while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xf8) !== 0xd0) return false;
  reader.at = at + 2;
  reader.bits = 0;
  reader.available = 0;
  reader.missing = 0;
  return true;
}
