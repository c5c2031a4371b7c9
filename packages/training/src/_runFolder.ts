import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NamedArray } from "@cxrkit/runtime";
import {
  type Checkpoint,
  DamagedCheckpoint,
  type RunRecord,
  readCheckpoint,
  requireTensors,
  writeCheckpoint,
} from "./_checkpoint.js";
import { type Identity, requireSameIdentity } from "./_identity.js";
import type { RunPlan } from "./_planRun.js";
import { initialState, parametersOf } from "./_trainStep.js";
import { writeFileAtomic } from "./_writeFileAtomic.js";

const checkpointName = /^epoch-(\d{4,})\.safetensors$/;
const bestName = "best.safetensors";
const logName = "log.jsonl";
/** What a killed write of one of these files leaves behind. */
const leftover = /^\.?(epoch-\d{4,}\.safetensors|best\.safetensors|log\.jsonl)\..*\.?tmp$/;

/** A run as its folder holds it. */
export interface Resumed extends Checkpoint {
  /** Parameters of the best epoch; undefined when there is none. */
  readonly bestParameters: ReadonlyMap<string, NamedArray> | undefined;
}

type Folder = NonNullable<RunPlan["folder"]>;

/** Reads the newest whole checkpoint of a folder, undefined when there is none, and clears what killed writes left. */
export async function resumeRun(
  plan: RunPlan,
  folder: Folder,
  identity: Identity,
  warn: (message: string) => void,
): Promise<Resumed | undefined> {
  await mkdir(folder.path, { recursive: true });
  for (const name of await readdir(folder.path))
    if (leftover.test(name)) await rm(join(folder.path, name), { force: true });
  for (const epoch of (await epochsIn(folder.path)).reverse()) {
    const path = checkpointPath(folder.path, epoch);
    const checkpoint = await passOverDamage(warn, async () => {
      const read = await readCheckpoint(folder.tensorFile, path);
      requireSameIdentity(folder.path, read.record.identity, identity);
      requireTensors(path, read.tensors, initialState(plan.model.parameters));
      return read;
    });
    if (checkpoint === undefined) continue;
    requireEpochs(plan, folder, checkpoint.record);
    return withBest(plan, folder, checkpoint, warn);
  }
  return undefined;
}

/** Makes an epoch safe: its checkpoint, then the best parameters, then the log, and only then the old files go. */
export async function saveEpoch(
  { path, tensorFile, keep }: Folder,
  state: ReadonlyMap<string, NamedArray>,
  record: RunRecord,
  bestParameters: ReadonlyMap<string, NamedArray> | undefined,
): Promise<void> {
  await writeCheckpoint(tensorFile, checkpointPath(path, record.epoch), state, record);
  if (bestParameters !== undefined && record.best?.epoch === record.epoch)
    await writeCheckpoint(tensorFile, join(path, bestName), bestParameters, record);
  await writeLog(path, record);
  const done = (await epochsIn(path)).filter((epoch) => epoch <= record.epoch);
  for (const epoch of done.slice(0, -keep)) await rm(checkpointPath(path, epoch), { force: true });
}

function checkpointPath(folder: string, epoch: number): string {
  return join(folder, `epoch-${String(epoch).padStart(4, "0")}.safetensors`);
}

async function epochsIn(folder: string): Promise<number[]> {
  const epochs: number[] = [];
  for (const name of await readdir(folder)) {
    const found = checkpointName.exec(name);
    if (found !== null) epochs.push(Number(found[1]));
  }
  return epochs.sort((a, b) => a - b);
}

async function writeLog(folder: string, { history }: RunRecord): Promise<void> {
  const lines = history.map((record) => `${JSON.stringify(record)}\n`);
  await writeFileAtomic(join(folder, logName), lines.join(""));
}

function requireEpochs({ epochs }: RunPlan, { path }: Folder, { epoch }: RunRecord): void {
  if (epochs < epoch)
    throw new RangeError(
      `fit: epochs must be at least ${epoch}, the number that the run in ${path} has done, got ${epochs}`,
    );
}

/**
 * Finds the best parameters of a checkpoint. A run may have ended between a checkpoint and its best file, or its
 * newest checkpoint may be damaged, so the best file may be of an earlier or of a later epoch than the record says.
 */
async function withBest(
  plan: RunPlan,
  folder: Folder,
  { record, tensors }: Checkpoint,
  warn: (message: string) => void,
): Promise<Resumed> {
  await writeLog(folder.path, record);
  const { best } = record;
  if (best === null) return { record, tensors, bestParameters: undefined };
  const own = parametersOf(plan, tensors);
  if (best.epoch === record.epoch) {
    await writeCheckpoint(folder.tensorFile, join(folder.path, bestName), own, record);
    return { record, tensors, bestParameters: own };
  }
  for (const path of [join(folder.path, bestName), checkpointPath(folder.path, best.epoch)]) {
    const stored = await passOverDamage(
      () => {},
      () => readBest(plan, folder, path),
    );
    if (stored?.record.epoch === best.epoch)
      return { record, tensors, bestParameters: parametersOf(plan, stored.tensors) };
  }
  warn(
    `fit: the parameters of epoch ${best.epoch}, the best so far, are not in ${folder.path} any more; the search for the best begins again after epoch ${record.epoch}`,
  );
  return { record: { ...record, best: null }, tensors, bestParameters: undefined };
}

async function readBest(plan: RunPlan, { tensorFile }: Folder, path: string): Promise<Checkpoint> {
  const stored = await readCheckpoint(tensorFile, path);
  requireTensors(path, stored.tensors, plan.model.parameters);
  return stored;
}

async function passOverDamage<T>(
  warn: (message: string) => void,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DamagedCheckpoint)) throw error;
    warn(`fit: ${error.message}; it is passed over`);
    return undefined;
  }
}
