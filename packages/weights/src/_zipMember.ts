import { pipeline } from "node:stream/promises";
import { constants, crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { type ByteSource, readBytes, readFresh, viewOf } from "./_byteSource.js";
import { readChecked } from "./_fileSource.js";
import type { ZipMember } from "./_zip.js";
import { zipError } from "./_zipEnd.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** The content of a member, in places. */
export interface MemberContent {
  /** Bytes from `begin` to before `end`; the first time all others are read too, for the checksum. */
  readonly read: (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
  /** Up to so many bytes from the beginning, for a header; the checksum is not looked at. */
  readonly peek: (length: number) => Promise<Uint8Array>;
}

/** Bytes that are read at once where nothing but their checksum is wanted. */
const scratchLength = 2 ** 20;

const localHeaderLength = 30;

/** A content of no more bytes is read together with its local header. */
const smallContent = 2 ** 16;

/** Bytes of extra fields that are expected behind a local header's name. */
const usualExtra = 128;

/** A member whose checksum is compared once, unless it is not to be. */
export function memberContent(
  source: ByteSource,
  member: ZipMember,
  verifyChecksums: boolean,
): MemberContent {
  let position: number | undefined;
  let isVerified = !verifyChecksums;
  /** The first time with as many bytes of the content; none are kept, for they would add up to the file. */
  const startOf = async (wanted: number): Promise<ContentStart> => {
    if (position !== undefined) return { position, first: new Uint8Array(0) };
    const found = await findContent(source, member, wanted);
    position = found.position;
    return found;
  };
  return {
    async read(begin, end) {
      const isSmall = member.packedLength <= smallContent;
      const { position: start, first } = await startOf(isSmall ? member.packedLength : 0);
      const target = new Uint8Array(end - begin);
      if (member.method === "stored" && first.length >= member.length) {
        target.set(first.subarray(begin, end));
        if (!isVerified) requireChecksum(source.path, member, crc32(first.subarray(0, member.length)));
        isVerified = true;
        return target;
      }
      if (member.method === "stored" && isVerified) {
        await source.readInto(target, start + begin);
        return target;
      }
      const read = member.method === "stored" ? readStored : readDeflated;
      const sum = await read(source, member, start, target, begin);
      if (!isVerified) requireChecksum(source.path, member, sum);
      isVerified = true;
      return target;
    },
    async peek(length) {
      const wanted = Math.min(member.packedLength, length);
      const { position: start, first } = await startOf(wanted);
      const isThere = first.length >= wanted;
      const packed = isThere ? first.subarray(0, wanted) : await readBytes(source, start, wanted);
      if (member.method === "stored") return packed;
      try {
        return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
      } catch (cause) {
        throw zipError(source.path, `hold "${member.name}" deflated`, "other bytes", cause);
      }
    },
  };
}

function requireChecksum(path: string, member: ZipMember, sum: number): void {
  if (sum === member.crc32) return;
  const hex = (value: number) => value.toString(16).padStart(8, "0");
  throw zipError(
    path,
    `hold "${member.name}" with the checksum ${hex(member.crc32)}`,
    `${hex(sum)}; the file is damaged, or was written without checksums (then set verifyChecksums to false)`,
  );
}

interface ContentStart {
  readonly position: number;
  /** Bytes of the content that came with the local header. */
  readonly first: Uint8Array;
}

/** Where the content begins, after checks that the local header says what the directory says. */
async function findContent(source: ByteSource, member: ZipMember, wanted: number): Promise<ContentStart> {
  const { path } = source;
  const nameBytes = new TextEncoder().encode(member.name);
  const upTo = localHeaderLength + nameBytes.length + usualExtra + wanted;
  const length = Math.min(upTo, member.limit - member.begin);
  const header = await readBytes(source, member.begin, length);
  const view = viewOf(header);
  const nameLength = view.getUint16(26, true);
  const start = member.begin + localHeaderLength + nameLength + view.getUint16(28, true);
  const isSame =
    view.getUint32(0, true) === 0x04034b50 &&
    view.getUint16(8, true) === (member.method === "stored" ? 0 : 8) &&
    nameLength === nameBytes.length &&
    nameBytes.every((byte, i) => header[localHeaderLength + i] === byte);
  if (!isSame)
    throw zipError(path, `have a local header of "${member.name}" at byte ${member.begin}`, "another");
  if (start + member.packedLength > member.limit) {
    throw zipError(
      path,
      `hold "${member.name}" before byte ${member.limit}`,
      `${member.packedLength} bytes at ${start}`,
    );
  }
  const isDescribedBehind = (view.getUint16(6, true) & 8) !== 0;
  if (!isDescribedBehind) {
    const lengths = [view.getUint32(22, true), view.getUint32(18, true)];
    const expected = [member.length, member.packedLength];
    if (lengths.some((length, i) => length !== 0xffff_ffff && length !== expected[i])) {
      throw zipError(
        path,
        `give one length of "${member.name}"`,
        `${expected.join("/")} and ${lengths.join("/")}`,
      );
    }
  }
  return { position: start, first: header.subarray(start - member.begin) };
}

/** Fills the target from `begin` on; everything before and after it counts for the checksum only. */
async function readStored(
  source: ByteSource,
  member: ZipMember,
  start: number,
  target: Uint8Array,
  begin: number,
): Promise<number> {
  let sum = await readOver(source, start, begin, 0);
  sum = await readChecked(source, target, start + begin, sum);
  const end = begin + target.length;
  return readOver(source, start + end, member.length - end, sum);
}

async function readOver(
  source: ByteSource,
  position: number,
  length: number,
  checksum: number,
): Promise<number> {
  let sum = checksum;
  const scratch = new Uint8Array(Math.min(length, scratchLength));
  for (let done = 0; done < length; done += scratch.length) {
    sum = await readChecked(source, scratch.subarray(0, length - done), position + done, sum);
  }
  return sum;
}

async function readDeflated(
  source: ByteSource,
  member: ZipMember,
  start: number,
  target: Uint8Array,
  begin: number,
): Promise<number> {
  const inflate = createInflateRaw({ chunkSize: scratchLength });
  let sum = 0;
  let done = 0;
  try {
    await pipeline(packedPieces(source, start, member.packedLength), inflate, async (pieces) => {
      for await (const piece of pieces as AsyncIterable<Uint8Array>) {
        if (done + piece.length > member.length)
          throw zipError(source.path, `hold ${member.length} bytes of "${member.name}"`, "more");
        sum = crc32(piece, sum);
        copyOverlap(piece, done, target, begin);
        done += piece.length;
      }
    });
  } catch (cause) {
    if (cause instanceof WeightFormatError) throw cause;
    throw zipError(
      source.path,
      `hold "${member.name}" deflated`,
      cause instanceof Error ? cause.message : "other bytes",
      cause,
    );
  }
  if (done !== member.length || inflate.bytesWritten !== member.packedLength) {
    throw zipError(
      source.path,
      `hold ${member.length} bytes of "${member.name}"`,
      `${done} and more that is packed`,
    );
  }
  return sum;
}

async function* packedPieces(source: ByteSource, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += scratchLength) {
    yield await readFresh(source, start + done, Math.min(scratchLength, length - done));
  }
}

/** Copies what a piece at that place of the content shares with the target. */
function copyOverlap(piece: Uint8Array, position: number, target: Uint8Array, begin: number): void {
  const from = Math.max(position, begin);
  const to = Math.min(position + piece.length, begin + target.length);
  if (from < to) target.set(piece.subarray(from - position, to - position), from - begin);
}
