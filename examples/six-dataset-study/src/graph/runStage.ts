import { createRequire } from "node:module";
import { version } from "node:process";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { lockStage, type StageHolder } from "./lockStage.js";
import type { Stage, StageContext } from "./Stage.js";
import { recordPath, type StageRecord } from "./StageRecord.js";
import { hashFiles, type StageState, stageState } from "./stageState.js";

/** All packages are released under one version. */
const { version: cxrkitVersion } = createRequire(import.meta.url)("@cxrkit/training/package.json") as {
  readonly version: string;
};

/**
 * Runs a stage unless it is done: its options, the content of its inputs and its outputs are what they were. While it
 * runs, no other process runs it.
 *
 * @param folder - Folder of the study; records go to `stages/` in it, locks to `locks/`.
 * @returns `"skipped"`, `"done"`, or who runs it now.
 * @throws Error if an input is not there, an output was changed by hand, or an output is not there after the stage has
 * run; with a word on what to do if the disk is full.
 */
export async function runStage(
  folder: string,
  stage: Stage,
  context: Omit<StageContext, "key" | "tookOver">,
): Promise<"skipped" | "done" | StageHolder> {
  try {
    if ((await stageState(folder, stage)).isDone) return "skipped";
    const lock = await lockStage(folder, stage.name);
    if (!("release" in lock)) return lock;
    try {
      // Somebody may have finished it between the look and the lock.
      const state = await stageState(folder, stage);
      if (state.isDone) return "skipped";
      await runLocked(folder, stage, state, { ...context, tookOver: lock.tookOver });
      return "done";
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? diskFull(folder, stage, error) : error;
  }
}

async function runLocked(
  folder: string,
  stage: Stage,
  { key, inputs }: StageState,
  context: Omit<StageContext, "key">,
): Promise<void> {
  const begin = performance.now();
  await stage.run({ ...context, key });
  const outputs = await hashFiles(folder, stage.outputs, `stage ${stage.name}: output`);
  const record: StageRecord = {
    name: stage.name,
    key,
    version: stage.version,
    options: stage.options,
    inputs,
    outputs,
    seconds: (performance.now() - begin) / 1000,
    ended: new Date().toISOString(),
    madeBy: { cxrkit: cxrkitVersion, node: version },
  };
  await writeFileAtomic(recordPath(folder, stage), `${JSON.stringify(record, null, 2)}\n`);
}

function diskFull(folder: string, { name }: Stage, cause: unknown): Error {
  return Object.assign(
    new Error(
      `stage ${name}: the disk of ${folder} must have room for what is written, got none left; make room and give the same command again`,
      { cause },
    ),
    { code: "ENOSPC" },
  );
}
