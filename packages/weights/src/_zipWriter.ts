import { crc32 } from "node:zlib";
import type { Append } from "./_writeAtomically.js";

/** Writes stored members one after the other, and the directory at the end. */
export interface ZipWriter {
  /** Appends a member; its content begins at a multiple of 64 bytes, so that it can be mapped into memory. */
  readonly add: (name: string, content: Uint8Array) => Promise<void>;
  /** Appends the directory. */
  readonly finish: () => Promise<void>;
}

interface Written {
  readonly name: Uint8Array;
  readonly checksum: number;
  readonly length: number;
  readonly begin: number;
}

const alignment = 64;

/** 1 January 1980, the earliest date of the format: the same tensors give the same bytes. */
const date = 0x0021;

/**
 * @param zip64From - Lengths, places and counts from here on are written in the 64-bit records; a test may say less than
 * the format's own limit.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function createZipWriter(append: Append, zip64From = 0xffff_ffff): ZipWriter {
  const members: Written[] = [];
  let position = 0;
  const put = async (bytes: Uint8Array) => {
    await append(bytes);
    position += bytes.length;
  };
  return {
    async add(name, content) {
      const member: Written = {
        name: new TextEncoder().encode(name),
        checksum: crc32(content),
        length: content.length,
        begin: position,
      };
      members.push(member);
      await put(localHeader(member, zip64From));
      await put(content);
    },
    async finish() {
      const begin = position;
      for (const member of members) await put(directoryEntry(member, zip64From));
      await put(endRecords(members.length, begin, position, zip64From));
    },
  };
}

/** Little-endian fields of 2, 4 and 8 bytes, one after the other. */
function record(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [length]) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let position = 0;
  for (const [length, value] of fields) {
    if (length === 2) view.setUint16(position, value, true);
    else if (length === 4) view.setUint32(position, value, true);
    else view.setBigUint64(position, BigInt(value), true);
    position += length;
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** The zip64 extra field with these values; nothing if there are none. */
function wideField(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array(0);
  return record([2, 1], [2, 8 * values.length], ...values.map((value) => [8, value] as const));
}

function localHeader({ name, checksum, length, begin }: Written, zip64From: number): Uint8Array {
  const isWide = length >= zip64From;
  const wide = wideField(isWide ? [length, length] : []);
  const unpadded = begin + 30 + name.length + wide.length + 4;
  // An extra field of its own kind, as PyTorch pads: readers skip what they do not know.
  const padding = record([2, 0x4246], [2, (alignment - (unpadded % alignment)) % alignment]);
  const zeros = new Uint8Array((alignment - (unpadded % alignment)) % alignment);
  const shown = isWide ? 0xffff_ffff : length;
  const extra = wide.length + padding.length + zeros.length;
  const fixed = record(
    [4, 0x04034b50],
    [2, isWide ? 45 : 20],
    [2, 0x800],
    [2, 0],
    [2, 0],
    [2, date],
    [4, checksum],
  );
  return joined(
    fixed,
    record([4, shown], [4, shown], [2, name.length], [2, extra]),
    name,
    wide,
    padding,
    zeros,
  );
}

function directoryEntry({ name, checksum, length, begin }: Written, zip64From: number): Uint8Array {
  const isWide = length >= zip64From || begin >= zip64From;
  const wide = wideField(isWide ? [length, length, begin] : []);
  const version = isWide ? 45 : 20;
  // All three go to the extra field together: older readers check the one that stays against the one that went.
  const shown = isWide ? 0xffff_ffff : length;
  const fixed = record(
    [4, 0x02014b50],
    [2, version],
    [2, version],
    [2, 0x800],
    [2, 0],
    [2, 0],
    [2, date],
    [4, checksum],
  );
  const lengths = record(
    [4, shown],
    [4, shown],
    [2, name.length],
    [2, wide.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
  );
  return joined(fixed, lengths, record([4, isWide ? 0xffff_ffff : begin]), name, wide);
}

function endRecords(count: number, begin: number, end: number, zip64From: number): Uint8Array {
  const isWide = count >= 0xffff || begin >= zip64From || end - begin >= zip64From;
  const shown = isWide ? [0xffff, 0xffff_ffff, 0xffff_ffff] : [count, end - begin, begin];
  const [entries, length, offset] = shown as [number, number, number];
  const last = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries],
    [2, entries],
    [4, length],
    [4, offset],
    [2, 0],
  );
  if (!isWide) return last;
  const wide = record(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, end - begin],
    [8, begin],
  );
  const locator = record([4, 0x07064b50], [4, 0], [8, end], [4, 1]);
  return joined(wide, locator, last);
}
