import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { WeightFormatError } from "./WeightFormatError.js";

/** A file that is read in places. */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** Fills the target with the bytes from that position on. */
  readonly readInto: (target: Uint8Array, position: number) => Promise<void>;
  /** Pieces that were read before: tables of contents are made of many small ones that lie together. */
  readonly pieces: Piece[];
  readonly close: () => Promise<void>;
}

interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** One operation of the system reads no more. */
const largestRead = 2 ** 30;

/** The checksum of one piece is computed while the next one is read. */
const pieceLength = 2 ** 23;

/** The beginning is read at once: it has the signature, and often all that is needed to list the tensors. */
const headLength = 2 ** 16;

/** Opens a file; refuses what is none, such as a pipe that would never end. */
export async function openSource(path: string): Promise<ByteSource> {
  // Without O_NONBLOCK, opening a pipe waits for its other end; for a file it means nothing. Windows has none.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new WeightFormatError("header", `openCheckpoint: ${path} must be a file, got a folder or device`);
    }
    const head = new Uint8Array(Math.min(stats.size, headLength));
    const readInto = readerOf(path, file);
    await readInto(head, 0);
    return {
      path,
      size: stats.size,
      readInto,
      pieces: [{ position: 0, bytes: head }],
      close: () => file.close(),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

function readerOf(path: string, file: FileHandle): ByteSource["readInto"] {
  return async (target, position) => {
    for (let done = 0; done < target.length; ) {
      const length = Math.min(target.length - done, largestRead);
      const { bytesRead } = await file.read(target, done, length, position + done);
      if (bytesRead === 0) {
        throw new WeightFormatError(
          "offset",
          `openCheckpoint: ${path} must have ${position + target.length} bytes, got ${position + done}`,
        );
      }
      done += bytesRead;
    }
  };
}

/** Reads a part of a table of contents, from a piece that is there already if it lies in one. */
export async function readBytes(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  requireInside(source, position, length);
  const piece = source.pieces.find(
    ({ position: begin, bytes }) => begin <= position && position + length <= begin + bytes.length,
  );
  if (piece === undefined) return readFresh(source, position, length);
  return piece.bytes.subarray(position - piece.position, position - piece.position + length);
}

/** Reads so many bytes into a buffer of their own, which therefore suits any element type. */
export async function readFresh(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  requireInside(source, position, length);
  const bytes = new Uint8Array(length);
  await source.readInto(bytes, position);
  return bytes;
}

function requireInside({ path, size }: ByteSource, position: number, length: number): void {
  if (length >= 0 && position >= 0 && position + length <= size) return;
  throw new WeightFormatError(
    "offset",
    `openCheckpoint: ${path} must have ${position + length} bytes, got ${size}`,
  );
}

/** A view of the bytes. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Fills the target and carries the CRC-32 of what came before on over it. */
export async function readChecked(
  source: ByteSource,
  target: Uint8Array,
  position: number,
  checksum: number,
): Promise<number> {
  let sum = checksum;
  let unsummed = target.subarray(0, 0);
  for (let done = 0; done < target.length; done += pieceLength) {
    const piece = target.subarray(done, done + pieceLength);
    const reading = source.readInto(piece, position + done);
    if (unsummed.length > 0) sum = crc32(unsummed, sum);
    await reading;
    unsummed = piece;
  }
  return unsummed.length > 0 ? crc32(unsummed, sum) : sum;
}
