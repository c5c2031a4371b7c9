import { openAppender } from "./_appender.js";
import type { OpenLogOptions } from "./openJsonlLog.js";
import type { RunLogFile } from "./RunLogger.js";

const heading = "step,epoch,name,value";

/**
 * Opens a log of one number a line under the heading `step,epoch,name,value`, which a data frame reads as it is.
 *
 * A file that is there is appended to; a line that a killed process left half-written is taken off first. NaN and
 * infinities stand as `NaN`, `Infinity`, `-Infinity`.
 *
 * @param path - Path of the file, in a folder that exists.
 * @param options - Whether the file is that of one run.
 * @returns The logger, to be given to {@link fit} and closed by the caller.
 * @throws The system's error if the file cannot be opened.
 * @see RFC 4180.
 * @example
 * {@includeCode ../example/loggers.example.ts#csv}
 */
export async function openCsvLog(path: string, { oneRun = false }: OpenLogOptions = {}): Promise<RunLogFile> {
  const isEntry = (line: string) => heading.startsWith(line) || /^\d+(,|$)/.test(line);
  const { write, cutBack, flush, close, size } = await openAppender(path, isEntry);
  const encoder = new TextEncoder();
  if (size === 0) write(encoder.encode(`${heading}\n`));
  return {
    log: ({ step, epoch, scalars }) => {
      const lines = Object.entries(scalars).map(
        ([name, value]) => `${step},${epoch},${quoted(name)},${value}\n`,
      );
      write(encoder.encode(lines.join("")));
    },
    ...(oneRun ? { begin: (step: number) => cutBack((line) => Number.parseInt(line, 10) > step) } : {}),
    flush,
    close,
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
