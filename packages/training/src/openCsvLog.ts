import { openAppender } from "./_appender.js";
import type { RunLogFile } from "./RunLogger.js";

/**
 * Opens a log of one number a line under the heading `step,epoch,name,value`, which a data frame reads as it is.
 *
 * A file that is there is appended to. NaN and infinities stand as `NaN`, `Infinity`, `-Infinity`.
 *
 * @param path - Path of the file, in a folder that exists.
 * @returns The logger, to be given to {@link fit} and closed by the caller.
 * @throws The system's error if the file cannot be opened.
 * @see RFC 4180.
 * @example {@includeCode ../example/loggers.example.ts#csv}
 */
export async function openCsvLog(path: string): Promise<RunLogFile> {
  const { write, flush, close, size } = await openAppender(path);
  const encoder = new TextEncoder();
  if (size === 0) write(encoder.encode("step,epoch,name,value\n"));
  return {
    log: ({ step, epoch, scalars }) => {
      const lines = Object.entries(scalars).map(
        ([name, value]) => `${step},${epoch},${quoted(name)},${value}\n`,
      );
      write(encoder.encode(lines.join("")));
    },
    flush,
    close,
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
