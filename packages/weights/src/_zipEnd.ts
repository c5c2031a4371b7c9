import { type ByteSource, readBytes, viewOf } from "./_byteSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

const endLength = 22;
const longestComment = 0xffff;

export function zipError(path: string, rule: string, got: unknown, cause?: unknown): WeightFormatError {
  return new WeightFormatError(
    "archive",
    `openCheckpoint: archive ${path} must ${rule}, got ${String(got)}`,
    {
      cause,
    },
  );
}

/** Where an archive's directory is. */
export interface Directory {
  readonly count: number;
  readonly offset: number;
  readonly length: number;
}

/** Finds the record at the end of an archive, the 64-bit one if there is one. */
export async function findDirectory(source: ByteSource): Promise<Directory> {
  const { path, size } = source;
  const tailLength = Math.min(size, endLength + longestComment + 20 + 56);
  const tailStart = size - tailLength;
  const tail = await readBytes(source, tailStart, tailLength);
  source.pieces.push({ position: tailStart, bytes: tail });
  const view = viewOf(tail);
  let end = tailLength - endLength;
  while (end >= 0 && !(view.getUint32(end, true) === 0x06054b50 && isCommentToEnd(view, end))) end--;
  if (end < 0) throw zipError(path, "end with its directory", "none; the file may be cut off");
  const disks = [view.getUint16(end + 4, true), view.getUint16(end + 6, true)];
  let directory = {
    count: view.getUint16(end + 10, true),
    offset: view.getUint32(end + 16, true),
    length: view.getUint32(end + 12, true),
  };
  let directoryEnd = tailStart + end;
  const hasLocator = end >= 20 && view.getUint32(end - 20, true) === 0x07064b50;
  if (hasLocator) {
    const position = readLarge(path, view, end - 12);
    directory = await readZip64End(source, position, tailStart + end - 20);
    directoryEnd = position;
  } else if (disks.some((disk) => disk !== 0) || view.getUint16(end + 8, true) !== directory.count) {
    throw zipError(path, "be a single file", "a part of several");
  }
  if (directory.offset + directory.length !== directoryEnd) {
    throw zipError(
      path,
      `have a directory that ends at byte ${directoryEnd}`,
      directory.offset + directory.length,
    );
  }
  return directory;
}

function isCommentToEnd(view: DataView, end: number): boolean {
  return end + endLength + view.getUint16(end + 20, true) === view.byteLength;
}

async function readZip64End(source: ByteSource, position: number, limit: number): Promise<Directory> {
  if (position + 56 > limit)
    throw zipError(source.path, `have its zip64 record before byte ${limit}`, position);
  const view = viewOf(await readBytes(source, position, 56));
  const length = view.getUint32(0, true) === 0x06064b50 ? readLarge(source.path, view, 4) : 0;
  if (position + 12 + length !== limit || view.getUint32(16, true) + view.getUint32(20, true) !== 0) {
    throw zipError(
      source.path,
      "have a zip64 record that ends at its locator",
      `${length} bytes at ${position}`,
    );
  }
  return {
    count: readLarge(source.path, view, 32),
    length: readLarge(source.path, view, 40),
    offset: readLarge(source.path, view, 48),
  };
}

/** A number of 64 bits. */
export function readLarge(path: string, view: DataView, position: number): number {
  const value = Number(view.getBigUint64(position, true));
  if (!Number.isSafeInteger(value)) throw zipError(path, "have lengths that are safe integers", value);
  return value;
}
