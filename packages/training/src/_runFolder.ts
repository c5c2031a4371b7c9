import { readdir, rm } from "node:fs/promises";
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
import { slotName } from "./_optimizer.js";
import type { RunFolder, RunPlan } from "./_planRun.js";
import { evaluatedOf, initialState, parametersOf } from "./_runState.js";
import { writeFileAtomic } from "./_writeFileAtomic.js";

const checkpointName = /^epoch-(\d{4,})(?:-batch-(\d{6,}))?\.safetensors$/;
const bestName = "best.safetensors";
const rankedName = /^best-(\d{8,})\.safetensors$/;
const logName = "log.jsonl";
/** What a killed write of one of these files leaves behind. */
const leftover =
  /^\.?(epoch-\d{4,}(-batch-\d{6,})?\.safetensors|best(-\d{8,})?\.safetensors|log\.jsonl)\..*\.?tmp$/;

/** A run as its folder holds it. */
export interface Resumed extends Checkpoint {
  /** Parameters of the best validation; undefined when there is none. */
  readonly bestParameters: ReadonlyMap<string, NamedArray> | undefined;
}

/** Where in the epochs a checkpoint stands. */
interface Place {
  readonly epoch: number;
  readonly batches: number;
}

/** Reads the newest whole checkpoint of a folder, undefined when there is none, and clears what killed writes left. */
export async function resumeRun(
  plan: RunPlan,
  folder: RunFolder,
  identity: Identity,
  warn: (message: string) => void,
): Promise<Resumed | undefined> {
  for (const name of await readdir(folder.path))
    if (leftover.test(name)) await rm(join(folder.path, name), { force: true });
  for (const place of (await placesIn(folder.path)).reverse()) {
    const path = checkpointPath(folder.path, place);
    const checkpoint = await passOverDamage(plan.caller, warn, async () => {
      const read = await readCheckpoint(folder.tensorFile, path);
      requireSameIdentity(plan.caller, folder.path, read.record.identity, identity);
      requireTensors(path, read.tensors, initialState(plan));
      return read;
    });
    if (checkpoint === undefined) continue;
    requireLength(plan, folder, checkpoint.record);
    return withBest(plan, folder, checkpoint, warn);
  }
  return undefined;
}

/** Makes a position safe: its checkpoint, then the best parameters, then the log, and only then the old files go. */
export async function saveRun(
  caller: string,
  folder: RunFolder,
  state: ReadonlyMap<string, NamedArray>,
  record: RunRecord,
  bestParameters: ReadonlyMap<string, NamedArray> | undefined,
): Promise<void> {
  const { path, keep } = folder;
  const place = placeOf(record);
  try {
    await writeAll(folder, state, record, bestParameters);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${caller}: the position after update ${record.step} must be written to ${path}, got: ${reason}; the checkpoints before it are whole, and the same call goes on from them when the reason is gone`,
      { cause },
    );
  }
  const done = (await placesIn(path)).filter((other) => inOrder(other, place) <= 0);
  for (const old of done.slice(0, -keep)) await rm(checkpointPath(path, old), { force: true });
}

async function writeAll(
  folder: RunFolder,
  state: ReadonlyMap<string, NamedArray>,
  record: RunRecord,
  bestParameters: ReadonlyMap<string, NamedArray> | undefined,
): Promise<void> {
  const path = checkpointPath(folder.path, placeOf(record));
  await writeCheckpoint(folder.tensorFile, path, state, record);
  if (bestParameters !== undefined) await saveBest(folder, record, bestParameters);
  await writeLog(folder.path, record);
}

async function saveBest(
  { path, tensorFile, keepBest }: RunFolder,
  record: RunRecord,
  parameters: ReadonlyMap<string, NamedArray>,
): Promise<void> {
  if (record.bests[0]?.step === record.step)
    await writeCheckpoint(tensorFile, join(path, bestName), parameters, record);
  if (keepBest === 1) return;
  const kept = new Set(record.bests.map(({ step }) => rankedPath(path, step)));
  const own = rankedPath(path, record.step);
  if (kept.has(own)) await writeCheckpoint(tensorFile, own, parameters, record);
  for (const name of await readdir(path)) {
    if (rankedName.test(name) && !kept.has(join(path, name))) await rm(join(path, name), { force: true });
  }
}

function rankedPath(folder: string, step: number): string {
  return join(folder, `best-${String(step).padStart(8, "0")}.safetensors`);
}

function placeOf({ epoch, partial }: RunRecord): Place {
  return { epoch, batches: partial?.batches ?? 0 };
}

function checkpointPath(folder: string, { epoch, batches }: Place): string {
  const within = batches === 0 ? "" : `-batch-${String(batches).padStart(6, "0")}`;
  return join(folder, `epoch-${String(epoch).padStart(4, "0")}${within}.safetensors`);
}

function inOrder(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.batches - b.batches;
}

async function placesIn(folder: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const name of await readdir(folder)) {
    const found = checkpointName.exec(name);
    if (found !== null) places.push({ epoch: Number(found[1]), batches: Number(found[2] ?? 0) });
  }
  return places.sort(inOrder);
}

async function writeLog(folder: string, { history }: RunRecord): Promise<void> {
  const lines = history.map((record) => `${JSON.stringify(record)}\n`);
  await writeFileAtomic(join(folder, logName), lines.join(""));
}

function requireLength({ caller, epochs, steps }: RunPlan, { path }: RunFolder, record: RunRecord): void {
  for (const [subject, wanted, done] of [
    ["epochs", epochs, record.epoch],
    ["steps", steps, record.step],
  ] as const) {
    if (wanted < done)
      throw new RangeError(
        `${caller}: ${subject} must be at least ${done}, the number that the run in ${path} has done, got ${wanted}`,
      );
  }
}

/**
 * Finds the best parameters of a checkpoint. A run may have ended between a checkpoint and its best file, or its
 * newest checkpoint may be damaged, so the best file may be of an earlier or of a later update than the record says.
 */
async function withBest(
  plan: RunPlan,
  folder: RunFolder,
  { record, tensors }: Checkpoint,
  warn: (message: string) => void,
): Promise<Resumed> {
  await writeLog(folder.path, record);
  const best = record.bests[0];
  if (best === undefined) return { record, tensors, bestParameters: undefined };
  if (best.step === record.step) {
    const own = evaluatedOf(plan, tensors);
    await saveBest(folder, record, own);
    return { record, tensors, bestParameters: own };
  }
  for (const path of [
    join(folder.path, bestName),
    rankedPath(folder.path, best.step),
    checkpointPath(folder.path, { epoch: best.epoch, batches: 0 }),
  ]) {
    const stored = await passOverDamage(
      plan.caller,
      () => {},
      () => readBest(plan, folder, path),
    );
    if (stored?.record.step === best.step)
      return { record, tensors, bestParameters: bestOf(plan, stored.tensors) };
  }
  warn(
    `${plan.caller}: the parameters of epoch ${best.epoch}, the best so far, are not in ${folder.path} any more; the search for the best begins again after epoch ${record.epoch}`,
  );
  return { record: { ...record, bests: [] }, tensors, bestParameters: undefined };
}

/** A file of the best parameters holds them under their own names; a checkpoint may hold their average beside them. */
function bestOf(plan: RunPlan, tensors: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const first = slotName("ema", plan.trainable[0] as string);
  return tensors.has(first) ? evaluatedOf(plan, tensors) : parametersOf(plan, tensors);
}

async function readBest(plan: RunPlan, { tensorFile }: RunFolder, path: string): Promise<Checkpoint> {
  const stored = await readCheckpoint(tensorFile, path);
  requireTensors(path, stored.tensors, plan.model.parameters);
  return stored;
}

async function passOverDamage<T>(
  caller: string,
  warn: (message: string) => void,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DamagedCheckpoint)) throw error;
    warn(`${caller}: ${error.message}; it is passed over`);
    return undefined;
  }
}
