import { access, readdir } from "node:fs/promises";
import { join, posix } from "node:path";

/** From so many wanted files on, a folder is listed instead of asked file by file. */
const listFrom = 4;
const concurrency = 32;

/**
 * Where the images lie: each path as it is if there is such a file, else with one of the other endings, else null.
 * Paths are relative to the root, with slashes.
 */
export async function locateImages(
  root: string,
  paths: readonly string[],
  endings: readonly string[],
  signal: AbortSignal | undefined,
): Promise<(string | null)[]> {
  const rowsOf = new Map<string, number[]>();
  paths.forEach((path, row) => {
    const folder = posix.dirname(path);
    const rows = rowsOf.get(folder);
    if (rows === undefined) rowsOf.set(folder, [row]);
    else rows.push(row);
  });
  const found: (string | null)[] = new Array(paths.length).fill(null);
  const folders = [...rowsOf];
  let next = 0;
  const worker = async () => {
    while (next < folders.length) {
      signal?.throwIfAborted();
      const [folder, rows] = folders[next++] as [string, number[]];
      if (rows.length >= listFrom) {
        const names = await namesOf(join(root, folder));
        const isThere = (path: string) => names.has(posix.basename(path));
        for (const row of rows) found[row] = candidates(paths[row] as string, endings).find(isThere) ?? null;
      } else
        for (const row of rows) found[row] = await firstFile(root, candidates(paths[row] as string, endings));
    }
  };
  const results = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return found;
}

/** A path, and the same with the other endings. */
function candidates(path: string, endings: readonly string[]): string[] {
  const stem = path.replace(/\.[A-Za-z0-9]+$/, "");
  return [path, ...endings.map((ending) => stem + ending)];
}

async function firstFile(root: string, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await isFile(join(root, path))) return path;
  return null;
}

async function namesOf(folder: string): Promise<Set<string>> {
  return new Set(await readdir(folder).catch(() => []));
}

function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
