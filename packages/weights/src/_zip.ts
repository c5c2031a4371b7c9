import { type ByteSource, readBytes, viewOf } from "./_byteSource.js";
import { findDirectory, readLarge, zipError } from "./_zipEnd.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** A member of an archive, as the archive's directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly crc32: number;
  /** Bytes in the archive. */
  readonly packedLength: number;
  /** Bytes of the content. */
  readonly length: number;
  /** Where its local header begins. */
  readonly begin: number;
  /** Where the next member or the directory begins; its content ends before. */
  readonly limit: number;
}

const largest32 = 0xffff_ffff;

/** Deflate makes no more of a byte than this. */
const largestRatio = 1032;

/**
 * Reads the directory of a zip archive: every member's name, length and place, none of the contents.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7 to 4.3.16 and 4.5.3
 */
export async function readZipDirectory(
  source: ByteSource,
  budgets: Required<CheckpointBudgets>,
): Promise<ReadonlyMap<string, ZipMember>> {
  const { path } = source;
  const { count, offset, length } = await findDirectory(source);
  if (count > budgets.members || length > budgets.headerBytes) {
    throw new WeightFormatError(
      "budget",
      `openCheckpoint: archive ${path} must have at most ${budgets.members} members in a directory of ${budgets.headerBytes} bytes, got ${count} in ${length}`,
    );
  }
  if (count * 46 > length)
    throw zipError(path, "have a directory of its members", `${count} in ${length} bytes`);
  const parsed = parseDirectory(path, await readBytes(source, offset, length), count);
  const large = parsed.find(
    (member) => member.method === "deflated" && member.length > budgets.inflatedBytes,
  );
  if (large !== undefined) {
    throw new WeightFormatError(
      "budget",
      `openCheckpoint: archive ${path} must have deflated members of at most ${budgets.inflatedBytes} bytes, got ${large.length} in "${large.name}"`,
    );
  }
  return boundMembers(path, parsed, offset);
}

function parseDirectory(path: string, bytes: Uint8Array, count: number): Omit<ZipMember, "limit">[] {
  const parsed: Omit<ZipMember, "limit">[] = [];
  let position = 0;
  while (parsed.length < count) {
    const { member, end } = parseMember(path, bytes, position);
    parsed.push(member);
    position = end;
  }
  if (position !== bytes.length) {
    throw zipError(
      path,
      `have a directory of ${count} entries`,
      `${bytes.length - position} bytes behind them`,
    );
  }
  return parsed;
}

/** Orders members by place, refuses those that overlap, and says how far each may reach. */
function boundMembers(
  path: string,
  parsed: readonly Omit<ZipMember, "limit">[],
  directory: number,
): ReadonlyMap<string, ZipMember> {
  const ordered = [...parsed].sort((a, b) => a.begin - b.begin);
  const limits = new Map<unknown, number>();
  ordered.forEach((member, i) => {
    const limit = ordered[i + 1]?.begin ?? directory;
    if (member.begin + 30 + member.packedLength > limit) {
      throw zipError(
        path,
        `hold "${member.name}" before byte ${limit}`,
        `${member.packedLength} bytes at ${member.begin}`,
      );
    }
    limits.set(member, limit);
  });
  const members = new Map<string, ZipMember>();
  for (const member of parsed) {
    if (members.has(member.name)) throw zipError(path, "name every member once", `"${member.name}" twice`);
    members.set(member.name, { ...member, limit: limits.get(member) as number });
  }
  return members;
}

function parseMember(
  path: string,
  bytes: Uint8Array,
  position: number,
): { member: Omit<ZipMember, "limit">; end: number } {
  const view = viewOf(bytes);
  if (position + 46 > bytes.length || view.getUint32(position, true) !== 0x02014b50) {
    throw zipError(path, "have a directory of whole entries", `another thing at its byte ${position}`);
  }
  const nameLength = view.getUint16(position + 28, true);
  const extraLength = view.getUint16(position + 30, true);
  const end = position + 46 + nameLength + extraLength + view.getUint16(position + 32, true);
  if (end > bytes.length) throw zipError(path, "have a directory of whole entries", "one that is cut off");
  const flags = view.getUint16(position + 8, true);
  const name = decodeName(path, bytes.subarray(position + 46, position + 46 + nameLength));
  if ((flags & 0x2041) !== 0) throw zipError(path, "not be encrypted", `"${name}" that is`);
  const method = view.getUint16(position + 10, true);
  if (method !== 0 && method !== 8)
    throw zipError(path, "have members stored or deflated", `method ${method} of "${name}"`);
  const sizes = [
    view.getUint32(position + 24, true),
    view.getUint32(position + 20, true),
    view.getUint32(position + 42, true),
  ];
  const extra = new DataView(bytes.buffer, bytes.byteOffset + position + 46 + nameLength, extraLength);
  const [length, packedLength, begin] = widen(path, name, sizes, extra) as [number, number, number];
  if (method === 0 ? length !== packedLength : length > packedLength * largestRatio) {
    throw zipError(path, `hold no more of "${name}" than its ${packedLength} bytes can`, `${length} bytes`);
  }
  const kind = method === 0 ? "stored" : "deflated";
  const crc32 = view.getUint32(position + 16, true);
  return { member: { name, method: kind, crc32, packedLength, length, begin }, end };
}

function decodeName(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw zipError(path, "name its members in UTF-8", "other bytes", cause);
  }
}

/** Takes from the zip64 extra field what does not fit into 32 bits, in the field's order. */
function widen(path: string, name: string, sizes: readonly number[], extra: DataView): readonly number[] {
  if (!sizes.includes(largest32)) return sizes;
  for (let position = 0; position + 4 <= extra.byteLength; ) {
    const id = extra.getUint16(position, true);
    const end = position + 4 + extra.getUint16(position + 2, true);
    if (id === 1 && end <= extra.byteLength) {
      let next = position + 4;
      return sizes.map((size) => {
        if (size !== largest32) return size;
        if (next + 8 > end) throw zipError(path, `give the length of "${name}"`, "a zip64 field without it");
        next += 8;
        return readLarge(path, extra, next - 8);
      });
    }
    position = end;
  }
  throw zipError(path, `give the length of "${name}"`, "no zip64 field");
}
