import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { PbfWriter } from "pbf";
import { openAppender } from "./_appender.js";
import { tfRecord } from "./_tfRecord.js";
import type { RunLogFile } from "./RunLogger.js";

/** Options of {@link openTensorBoardLog}. */
export interface OpenTensorBoardLogOptions {
  /** Time of day in milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/** SessionLog.SessionStatus. */
const sessionStarted = 1;
let numOpened = 0;

/**
 * Opens a log that TensorBoard shows: a new event file of scalars in a folder.
 *
 * Each call makes a file of its own, `events.out.tfevents.…`; TensorBoard reads all of a folder in order. The first
 * entry of a file says where it begins, so that what a killed run had logged beyond its last checkpoint is dropped in
 * favour of what the resumed run logs. Names become tags: `train/loss` stands in the group `train`.
 *
 * @param folder - The log folder; made where it is not there.
 * @param options - Clock.
 * @returns The logger, to be given to {@link fit} and closed by the caller.
 * @throws The system's error if the file cannot be opened.
 * @see tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto, whose field numbers these are.
 * @example
 * {@includeCode ../example/loggers.example.ts#tensorboard}
 */
export async function openTensorBoardLog(
  folder: string,
  { now = Date.now }: OpenTensorBoardLogOptions = {},
): Promise<RunLogFile> {
  await mkdir(folder, { recursive: true });
  numOpened += 1;
  const seconds = String(Math.floor(now() / 1000)).padStart(10, "0");
  const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${numOpened}`;
  const { write, flush, close } = await openAppender(join(folder, name));
  const put = (step: number, fill: (event: PbfWriter) => void) => {
    const event = new PbfWriter();
    event.writeDoubleField(1, now() / 1000);
    if (step !== 0) event.writeVarintField(2, step);
    fill(event);
    write(tfRecord(event.finish()));
  };
  put(0, (event) => event.writeStringField(3, "brain.Event:2"));
  let started = false;
  return {
    log: ({ step, scalars }) => {
      if (!started)
        put(step, (event) =>
          event.writeMessage(
            7,
            (_: undefined, session: PbfWriter) => session.writeVarintField(1, sessionStarted),
            undefined,
          ),
        );
      started = true;
      put(step, (event) => event.writeMessage(5, writeSummary, scalars));
    },
    flush,
    close,
  };
}

function writeSummary(scalars: Readonly<Record<string, number>>, summary: PbfWriter): void {
  for (const entry of Object.entries(scalars)) summary.writeMessage(1, writeValue, entry);
}

function writeValue([tag, value]: readonly [string, number], proto: PbfWriter): void {
  proto.writeStringField(1, tag);
  proto.writeFloatField(2, value);
}
