import { type FileHandle, open } from "node:fs/promises";
import { keptLength } from "./_keptLength.js";

/** Appends to a file in the order of the calls, without making the caller wait. */
export interface Appender {
  /** Takes bytes; throws when an earlier write has failed. */
  readonly write: (bytes: Uint8Array) => void;
  /** Takes lines off the end of the file as long as they are to be dropped. */
  readonly cutBack: (isDropped: (line: string) => boolean) => Promise<void>;
  /** Resolves when all bytes so far are on the disk. */
  readonly flush: () => Promise<void>;
  /** Flushes and closes the file; closing twice is nothing. */
  readonly close: () => Promise<void>;
  /** Size of the file when it was opened, what was cut off it not counted. */
  readonly size: number;
}

/**
 * Opens a file to append to, and makes it where it is not there.
 *
 * A last line that does not end is what a killed process left: it is cut off where `isEntry` knows its beginning, and
 * ended else.
 */
export async function openAppender(
  path: string,
  isEntry: (line: string) => boolean = () => false,
): Promise<Appender> {
  const file = await open(path, "a+");
  const size = await endLastLine(file, isEntry).catch(async (cause: unknown) => {
    await file.close();
    throw cause;
  });
  let waiting: Uint8Array[] = [];
  let failure: unknown;
  let work: Promise<void> = Promise.resolve();
  let closed: Promise<void> | undefined;
  const next = (task: () => Promise<void>) => {
    work = work.then(task).catch((error: unknown) => {
      failure ??= error;
    });
  };
  const writeWaiting = async () => {
    if (waiting.length === 0 || failure !== undefined) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    await file.appendFile(bytes);
  };
  const rejectFailure = () => {
    if (failure !== undefined) throw failure;
  };
  const flush = async () => {
    await work;
    rejectFailure();
    await file.sync();
  };
  return {
    size,
    write: (bytes) => {
      rejectFailure();
      if (closed !== undefined) throw new Error(`log: ${path} must be open, got closed`);
      waiting.push(bytes);
      // Of many calls during one write, the first takes what all have left.
      if (waiting.length === 1) next(writeWaiting);
    },
    cutBack: async (isDropped) => {
      next(async () => {
        const { size: whole } = await file.stat();
        const kept = await keptLength(file, whole, (line) => isDropped(line));
        if (kept < whole) await file.truncate(kept);
      });
      await work;
      rejectFailure();
    },
    flush,
    close: () => {
      closed ??= flush().finally(() => file.close());
      return closed;
    },
  };
}

async function endLastLine(file: FileHandle, isEntry: (line: string) => boolean): Promise<number> {
  const { size } = await file.stat();
  if (size === 0) return 0;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === 0x0a) return size;
  const kept = await keptLength(file, size, (line, ended) => !ended && isEntry(line));
  if (kept < size) await file.truncate(kept);
  else await file.appendFile("\n");
  return kept;
}
