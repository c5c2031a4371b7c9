import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { env, kill, pid } from "node:process";
import { stageFile } from "./stageFile.js";

/** Who holds a stage. */
export interface StageHolder {
  readonly pid: number;
  readonly host: string;
  /** When it took the stage, ISO 8601. */
  readonly since: string;
  /** Start of the process as the system counts it, so that a number that is given again is seen; empty where unknown. */
  readonly started: string;
  /** Slurm's number of the job, which a requeued job keeps; empty outside Slurm. */
  readonly job: string;
}

/** A stage that is held. */
export interface StageLock {
  /** Whether a lock of a process that is gone was there. */
  readonly tookOver: boolean;
  /** Gives the stage back. */
  readonly release: () => Promise<void>;
}

/** The holder says every so many milliseconds that it is there still. */
const beat = 30_000;
/** The lock of another machine is stale when nothing has been heard for so many milliseconds. */
const patience = 10 * beat;

/**
 * Takes a stage for this process alone. A lock is stale, and taken over, if its process of this machine is gone, if it
 * is of the same Slurm job before it was requeued, or if another machine has not been heard of for five minutes.
 *
 * @param folder - Folder of the study; locks are in `locks/`.
 * @param name - Name of the stage.
 * @returns The lock, or who holds the stage.
 * @throws The system's error if the lock cannot be written.
 */
export async function lockStage(folder: string, name: string): Promise<StageLock | StageHolder> {
  await mkdir(join(folder, "locks"), { recursive: true });
  const path = lockPath(folder, name);
  const own: StageHolder = {
    pid,
    host: hostname(),
    since: new Date().toISOString(),
    started: await startOf(pid),
    job: jobOf(),
  };
  const text = `${JSON.stringify({ ...own, nonce: randomUUID() })}\n`;
  let tookOver = false;
  for (;;) {
    if (await create(path, text)) return { tookOver, release: keep(path, text) };
    const holder = await readHolder(folder, name);
    if (holder !== undefined) return holder;
    tookOver = (await moveAway(path)) || tookOver;
  }
}

/** Who holds a stage now; undefined if nobody does, or who did is gone. */
export async function readHolder(folder: string, name: string): Promise<StageHolder | undefined> {
  const path = lockPath(folder, name);
  try {
    const holder = JSON.parse(await readFile(path, "utf8")) as StageHolder;
    return (await isGone(path, holder)) ? undefined : holder;
  } catch {
    return undefined;
  }
}

function lockPath(folder: string, name: string): string {
  return join(folder, "locks", `${stageFile(name)}.lock`);
}

/** Written aside and linked, so that nobody ever reads half a lock. */
async function create(path: string, text: string): Promise<boolean> {
  const aside = `${path}.${pid}.${randomUUID()}.tmp`;
  const file = await open(aside, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await file.close();
    await rm(aside, { force: true });
  }
}

/** Touches the lock from time to time; what comes back ends that and removes the lock if it is still ours. */
function keep(path: string, text: string): () => Promise<void> {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, beat).unref();
  return async () => {
    clearInterval(timer);
    const stored = await readFile(path, "utf8").catch(() => undefined);
    if (stored === text) await rm(path, { force: true });
  };
}

/** Removes a stale lock, and puts back what somebody may have put there in between. */
async function moveAway(path: string): Promise<boolean> {
  const before = await readFile(path, "utf8").catch(() => undefined);
  const aside = `${path}.${pid}.${randomUUID()}.tmp`;
  const isMoved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return false;
  const moved = await readFile(aside, "utf8");
  if (moved !== before) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return moved === before;
}

async function isGone(path: string, holder: StageHolder): Promise<boolean> {
  if (!Number.isInteger(holder.pid) || typeof holder.host !== "string") return true;
  if (holder.host !== hostname()) {
    if (holder.job !== "" && holder.job === jobOf()) return true;
    return Date.now() - (await stat(path)).mtimeMs > patience;
  }
  try {
    kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const now = await startOf(holder.pid);
  return holder.started !== "" && now !== "" && holder.started !== now;
}

function jobOf(): string {
  const { SLURM_JOB_ID = "", SLURM_ARRAY_TASK_ID = "" } = env;
  return SLURM_JOB_ID === "" ? "" : `${SLURM_JOB_ID}.${SLURM_ARRAY_TASK_ID}`;
}

/** Field 22 of /proc/pid/stat, the start of the process in clock ticks since the machine's; empty elsewhere. */
async function startOf(process: number): Promise<string> {
  const text = await readFile(`/proc/${process}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
