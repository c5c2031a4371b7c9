import { openAppender } from "./_appender.js";
import type { RunLogFile } from "./RunLogger.js";

/**
 * Opens a log of one JSON object a line: `{"step":120,"epoch":2,"train/loss":0.41,…}`, NaN and infinities as null.
 *
 * A file that is there is appended to. A run that goes on after a kill may log some updates again; the last line of an
 * update is the one that counts.
 *
 * @param path - Path of the file, in a folder that exists.
 * @returns The logger, to be given to {@link fit} and closed by the caller.
 * @throws The system's error if the file cannot be opened.
 * @see JSON Lines, jsonlines.org.
 * @example {@includeCode ../example/loggers.example.ts#jsonl}
 */
export async function openJsonlLog(path: string): Promise<RunLogFile> {
  const { write, flush, close } = await openAppender(path);
  const encoder = new TextEncoder();
  return {
    log: ({ step, epoch, scalars }) =>
      write(encoder.encode(`${JSON.stringify({ step, epoch, ...scalars })}\n`)),
    flush,
    close,
  };
}
