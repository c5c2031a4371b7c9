import { constants, fstatSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ByteSource } from "./_byteSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** One operation of the system reads no more. */
const largestRead = 2 ** 30;

/** The checksum of one piece is computed while the next one is read; most tensors of a model are several pieces. */
const pieceLength = 2 ** 20;

/** The beginning is read at once: it has the signature, and often all that is needed to list the tensors. */
const headLength = 2 ** 16;

/** Opens a file; refuses what is none, such as a pipe that would never end. */
export async function openSource(path: string): Promise<ByteSource> {
  // Without O_NONBLOCK, opening a pipe waits for its other end; for a file it means nothing. Windows has none.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    // The system knows this of an open file, so that a turn of the event loop would take longer.
    const stats = fstatSync(file.fd);
    const { size } = stats;
    if (!stats.isFile()) {
      throw new WeightFormatError("header", `openCheckpoint: ${path} must be a file, got a folder or device`);
    }
    const readInto = readerOf(path, file);
    const head = new Uint8Array(Math.min(size, headLength));
    await readInto(head, 0);
    return { path, size, readInto, pieces: [{ position: 0, bytes: head }], close: () => file.close() };
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
