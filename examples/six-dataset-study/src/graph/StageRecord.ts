import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "./Stage.js";
import { stageFile } from "./stageFile.js";

/** What is kept of a finished stage: where its files come from. */
export interface StageRecord {
  readonly name: string;
  /** Hash of name, version, options and inputs. */
  readonly key: string;
  readonly version: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** SHA-256 of each file read. */
  readonly inputs: Readonly<Record<string, string>>;
  /** SHA-256 of each file written. */
  readonly outputs: Readonly<Record<string, string>>;
  /** How long it took. */
  readonly seconds: number;
  /** When it ended, ISO 8601. */
  readonly ended: string;
  /** Versions of what made it. */
  readonly madeBy: Readonly<Record<string, string>>;
}

/** Path of a stage's record in the study's folder. */
export function recordPath(folder: string, { name }: Pick<Stage, "name">): string {
  return join(folder, "stages", `${stageFile(name)}.json`);
}

/** Reads a stage's record; undefined if there is none or it is of another form. */
export async function readRecord(folder: string, stage: Stage): Promise<StageRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder, stage), "utf8")) as Partial<StageRecord>;
    const { key, inputs, outputs, options } = record;
    return key && inputs && outputs && options ? (record as StageRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the records that are among some files of `stages/`. */
export async function readStageRecords(folder: string, names: readonly string[]): Promise<StageRecord[]> {
  const texts = names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => readFile(join(folder, "stages", name), "utf8"));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as StageRecord);
}
