import { openAppender } from "./_appender.js";
import type { RunLogFile } from "./RunLogger.js";

/** Options of {@link openJsonlLog} and {@link openCsvLog}. */
export interface OpenLogOptions {
  /**
   * Whether the file belongs to one run alone. Then {@link fit}, going on from a checkpoint, takes off its end what an
   * earlier call had logged after that checkpoint, so that the file of a run that was killed and gone on with has the
   * lines of an uninterrupted one. @defaultValue `false`, everything stays
   */
  readonly oneRun?: boolean;
}

const beginning = '{"step":';

/**
 * Opens a log of one JSON object a line: `{"step":120,"epoch":2,"train/loss":0.41,…}`, NaN and infinities as null.
 *
 * A file that is there is appended to; a line that a killed process left half-written is taken off first. Without
 * `oneRun`, a run that goes on after a kill may log some updates again; the last line of an update is the one that
 * counts.
 *
 * @param path - Path of the file, in a folder that exists.
 * @param options - Whether the file is that of one run.
 * @returns The logger, to be given to {@link fit} and closed by the caller.
 * @throws The system's error if the file cannot be opened.
 * @see JSON Lines, jsonlines.org.
 * @example
 * {@includeCode ../example/loggers.example.ts#jsonl}
 */
export async function openJsonlLog(
  path: string,
  { oneRun = false }: OpenLogOptions = {},
): Promise<RunLogFile> {
  const isEntry = (line: string) => beginning.startsWith(line.slice(0, beginning.length));
  const { write, cutBack, flush, close } = await openAppender(path, isEntry);
  const encoder = new TextEncoder();
  return {
    log: ({ step, epoch, scalars }) =>
      write(encoder.encode(`${JSON.stringify({ step, epoch, ...scalars })}\n`)),
    ...(oneRun ? { begin: (step: number) => cutBack((line) => stepOf(line) > step) } : {}),
    flush,
    close,
  };
}

/** The update that a line is of; NaN where it is none of ours. */
function stepOf(line: string): number {
  return line.startsWith(beginning) ? Number.parseInt(line.slice(beginning.length), 10) : Number.NaN;
}
