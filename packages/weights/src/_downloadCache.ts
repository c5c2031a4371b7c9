import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What is known of a file in the cache. */
export interface CacheNote {
  readonly source: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly verifiedBy?: "argument" | "hub" | "nothing";
  readonly commit?: string;
  readonly etag?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function defaultCache(environment: Environment): string {
  const base = environment.XDG_CACHE_HOME;
  return join(base !== undefined && base !== "" ? base : join(homedir(), ".cache"), "cxrkit");
}

export async function sizeOfFile(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

/** The note beside a file; undefined if there is none that fits it. */
export async function readNote(path: string, bytes: number): Promise<CacheNote | undefined> {
  try {
    const note = JSON.parse(await readFile(noteOf(path), "utf8")) as CacheNote;
    return note.bytes === bytes && /^[0-9a-f]{64}$/.test(note.sha256) ? note : undefined;
  } catch {
    return undefined;
  }
}

export async function writeNote(path: string, note: CacheNote): Promise<void> {
  const temporary = `${noteOf(path)}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(note, undefined, 1)}\n`);
  await rename(temporary, noteOf(path));
}

const noteOf = (path: string) => `${path}.download.json`;

/** Runs while no other process does so for the same path. */
export async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const file = await takeLock(lock);
  try {
    return await run();
  } finally {
    await file.close();
    await rm(lock, { force: true });
  }
}

/** Longest time in milliseconds that a lock may be without its owner's name. */
const namingMs = 10_000;

async function takeLock(lock: string): Promise<FileHandle> {
  for (let round = 0; ; round++) {
    try {
      const file = await open(lock, "wx");
      await file.write(`${process.pid}`);
      return file;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      const owner = await readFile(lock, "utf8").catch(() => "");
      if (round > 0 || (owner === "" ? await isFresh(lock) : isAlive(Number(owner)))) {
        throw new Error(
          `downloadCheckpoint: ${lock} must be free, got one of process ${owner || "not yet named"}, which fetches the same file; wait for it, or remove the lock if it is a left-over`,
          { cause },
        );
      }
      await rm(lock, { force: true });
    }
  }
}

/** A lock has no owner for the moment between its making and its first write. */
async function isFresh(lock: string): Promise<boolean> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < namingMs;
}

function isAlive(owner: number): boolean {
  if (!Number.isSafeInteger(owner) || owner < 1) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
