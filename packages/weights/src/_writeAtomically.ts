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
    const appender = createAppender(file, mostWaiting);
    try {
      await write(appender.append);
      await appender.finish();
    } finally {
      await appender.settled();
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

/** Bytes written after which the disk is set to work on them, so that the flush at the end has little left to do. */
const flushEvery = 33_554_432;

interface Appender {
  readonly append: Append;
  /** Writes what waits, and returns when all of it is on the disk. */
  readonly finish: () => Promise<void>;
  /** Returns when nothing is under way any more, whatever came of it. */
  readonly settled: () => Promise<unknown>;
}

function createAppender(file: FileHandle, mostWaiting: number): Appender {
  let waiting: Uint8Array[] = [];
  let length = 0;
  let unflushed = 0;
  let isFlushing = false;
  let flushed: Promise<unknown> = Promise.resolve();
  /** One flush at a time, beside the writes; a failed one ends the file at `finish`, for the system tells it only once. */
  const flushBeside = () => {
    unflushed = 0;
    isFlushing = true;
    const flush = file.datasync().then(() => {
      isFlushing = false;
    });
    flush.catch(() => undefined);
    flushed = flush;
  };
  const writeWaiting = async () => {
    const pieces = waiting;
    unflushed += length;
    waiting = [];
    length = 0;
    await writePieces(file, pieces);
    if (unflushed >= flushEvery && !isFlushing) flushBeside();
  };
  return {
    async append(bytes) {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      length += bytes.length;
      if (length >= mostWaiting || waiting.length >= mostPieces) await writeWaiting();
    },
    async finish() {
      await writeWaiting();
      await flushed;
      await file.sync();
    },
    settled: () => flushed.catch(() => undefined),
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
