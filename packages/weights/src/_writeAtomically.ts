import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Appends bytes to a file; they must not change before the file is written. */
export type Append = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a file as a whole or not at all: under a temporary name in the same folder, flushed, renamed. Appended bytes wait
 * until there are `mostWaiting` of them, so that few writes are needed.
 */
export async function writeAtomically(
  path: string,
  write: (append: Append) => Promise<void>,
  mostWaiting = 1_048_576,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    try {
      const { append, flush } = createAppender(file, mostWaiting);
      await write(append);
      await flush();
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncFolder(dirname(path));
}

/** So many pieces wait for the next write at most: one operation of the system for many small tensors. */
const mostPieces = 256;

function createAppender(
  file: FileHandle,
  mostWaiting: number,
): { append: Append; flush: () => Promise<void> } {
  let waiting: Uint8Array[] = [];
  let length = 0;
  const flush = async () => {
    const pieces = waiting;
    waiting = [];
    length = 0;
    await writePieces(file, pieces);
  };
  return {
    flush,
    async append(bytes) {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      length += bytes.length;
      if (length >= mostWaiting || waiting.length >= mostPieces) await flush();
    },
  };
}

/** Writes the pieces together, and what the system left of them one by one. */
async function writePieces(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  if (pieces.length === 0) return;
  let { bytesWritten: done } = await file.writev([...pieces]);
  for (const piece of pieces) {
    for (let from = Math.min(done, piece.length); from < piece.length; ) {
      from += (await file.write(piece, from, Math.min(piece.length - from, 2 ** 30))).bytesWritten;
    }
    done = Math.max(done - piece.length, 0);
  }
}

/** Makes the new name survive a power cut, where the platform lets a folder be flushed. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
