import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started as the system counts it, so that a reused number is seen; empty where unknown. */
  readonly started: string;
}

/**
 * Makes a folder and takes it for this call alone. The lock of a process of this machine that is not there any more is
 * taken over.
 *
 * @returns A function that gives the folder back.
 * @throws Error if another call, here or elsewhere, holds it.
 */
export async function lockFolder(caller: string, folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "lock");
  const own: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  const text = `${JSON.stringify({ ...own, nonce: randomUUID() })}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, text)) return () => release(path, text);
    const stored = await readFile(path, "utf8").catch(() => undefined);
    if (stored === undefined) continue;
    const holder = parse(stored);
    if (holder !== undefined && !(await isGone(holder, own.host))) throw held(caller, folder, path, holder);
    await moveAway(path, stored);
  }
  throw new Error(`${caller}: folder ${folder} must be free, got a lock that others take at the same time`);
}

async function create(path: string, text: string): Promise<boolean> {
  // Written aside and linked, so that nobody ever reads half a lock.
  const aside = `${path}.${process.pid}.${randomUUID()}.tmp`;
  const file = await open(aside, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await linkOrWrite(aside, path, text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Some file systems have no links; there a lock may be seen half-written, and the moment for that is short. */
async function linkOrWrite(aside: string, path: string, text: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    await writeFile(path, text, { flag: "wx" });
  }
}

/** Removes the stale lock that was read, and puts back what somebody may have put there in between. */
async function moveAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomUUID()}.tmp`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await readFile(aside, "utf8");
  if (moved !== stale) await linkOrWrite(aside, path, moved).catch(() => {});
  await rm(aside, { force: true });
}

async function release(path: string, text: string): Promise<void> {
  const stored = await readFile(path, "utf8").catch(() => undefined);
  if (stored === text) await rm(path, { force: true });
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && typeof host === "string" ? { pid, host, started } : undefined;
  } catch {
    return undefined;
  }
}

async function isGone({ pid, host, started }: Holder, here: string): Promise<boolean> {
  if (host !== here) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const now = await startOf(pid);
  return started !== "" && now !== "" && started !== now;
}

/** Field 22 of /proc/pid/stat, the start of the process in clock ticks since the machine's; empty elsewhere. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function held(caller: string, folder: string, path: string, { pid, host }: Holder): Error {
  return new Error(
    `${caller}: folder ${folder} must not be in use by another run, got one of process ${pid} on ${host}; wait for it, or delete ${path} if it is certainly not running`,
  );
}
