import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { fileHash } from "./fileHash.js";
import type { Stage } from "./Stage.js";
import { readRecord, type StageRecord } from "./StageRecord.js";

/** Whether a stage must run. */
export interface StageState {
  /** Whether options, inputs and outputs are what they were when it ran. */
  readonly isDone: boolean;
  /** Why it must run; empty when it is done. */
  readonly reason: string;
  /** Hash of name, version, options and inputs. */
  readonly key: string;
  /** SHA-256 of each file read. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Of the last time it ran. */
  readonly record: StageRecord | undefined;
}

/**
 * Looks whether a stage is done.
 *
 * @param folder - Folder of the study.
 * @returns State, reason, and the hashes that were taken.
 * @throws Error if an input cannot be read, or an output is not as the stage wrote it.
 */
export async function stageState(folder: string, stage: Stage): Promise<StageState> {
  const sources = (await stage.sources?.()) ?? [];
  const inputs = await hashFiles(
    folder,
    [...stage.inputs, ...sources],
    `stage ${stage.name}: input`,
    stage.inputHelp,
  );
  const text = JSON.stringify([stage.name, stage.version, stage.options, inputs]);
  const key = createHash("sha256").update(text).digest("hex");
  const record = await readRecord(folder, stage);
  if (record === undefined) return { isDone: false, reason: "it has not run", key, inputs, record };
  if (record.key !== key)
    return { isDone: false, reason: differenceOf(stage, inputs, record), key, inputs, record };
  const missing = await checkOutputs(folder, record);
  const reason = missing === undefined ? "" : `${missing} is not there`;
  return { isDone: missing === undefined, reason, key, inputs, record };
}

/** Hashes files that must be there. */
export async function hashFiles(
  folder: string,
  paths: readonly string[],
  what: string,
  help?: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of paths) {
    hashes[path] = await fileHash(folder, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT" && cause.code !== "EACCES" && cause.code !== "EISDIR") throw cause;
      const advice = help === undefined ? "" : `; ${help}`;
      throw new Error(`${what} must be a file that can be read, got ${resolve(folder, path)}${advice}`, {
        cause,
      });
    });
  }
  return hashes;
}

/** The first output that is not there. One that somebody changed is an error: it is nobody's to overwrite. */
async function checkOutputs(folder: string, { name, outputs }: StageRecord): Promise<string | undefined> {
  let missing: string | undefined;
  for (const [path, hash] of Object.entries(outputs)) {
    const now = await fileHash(folder, path).catch(() => undefined);
    if (now === undefined) missing ??= path;
    else if (now !== hash) {
      throw new Error(
        `stage ${name}: output must be as the stage wrote it, got other content in ${resolve(folder, path)}; delete it to have it made again`,
      );
    }
  }
  return missing;
}

function differenceOf(stage: Stage, inputs: Record<string, string>, record: StageRecord): string {
  const changed = (now: Readonly<Record<string, unknown>>, then: Readonly<Record<string, unknown>>) =>
    [...new Set([...Object.keys(now), ...Object.keys(then)])].filter(
      (name) => JSON.stringify(now[name]) !== JSON.stringify(then[name]),
    );
  const options = changed(stage.options, record.options);
  const files = changed(inputs, record.inputs);
  if (options.length > 0)
    return `${options.length === 1 ? "option" : "options"} ${options.join(", ")} changed`;
  if (files.length > 0) return `${files.join(", ")} changed`;
  return "the stage's code changed";
}
