import { open } from "node:fs/promises";

/** Appends to a file in the order of the calls, without making the caller wait. */
export interface Appender {
  /** Takes bytes; throws when an earlier write has failed. */
  readonly write: (bytes: Uint8Array) => void;
  /** Resolves when all bytes so far are on the disk. */
  readonly flush: () => Promise<void>;
  /** Flushes and closes the file; closing twice is nothing. */
  readonly close: () => Promise<void>;
  /** Size of the file when it was opened. */
  readonly size: number;
}

/** Opens a file to append to, and makes it where it is not there. */
export async function openAppender(path: string): Promise<Appender> {
  const file = await open(path, "a");
  const { size } = await file.stat();
  let waiting: Uint8Array[] = [];
  let failure: unknown;
  let work: Promise<void> = Promise.resolve();
  let closed: Promise<void> | undefined;
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
      if (waiting.length === 1)
        work = work.then(writeWaiting).catch((error: unknown) => {
          failure = error;
        });
    },
    flush,
    close: () => {
      closed ??= flush().finally(() => file.close());
      return closed;
    },
  };
}
