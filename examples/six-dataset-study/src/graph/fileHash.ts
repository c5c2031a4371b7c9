import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { writeFileAtomic } from "../writeFileAtomic.js";

/** A hash and what the file looked like when it was taken. */
interface Memo {
  readonly path: string;
  readonly size: number;
  /** Last change of the content and of the entry in the folder, in milliseconds. */
  readonly times: readonly [content: number, entry: number];
  readonly sha256: string;
}

/**
 * SHA-256 of a file. It is remembered in `stages/hashes/` of the study's folder and taken anew when size or a time has
 * changed, so that stores of many gigabytes are read once and not at every stage.
 *
 * @param folder - Folder of the study.
 * @param path - File, relative to the folder or absolute.
 * @returns Hexadecimal digits.
 * @throws The system's error if it cannot be read.
 */
export async function fileHash(folder: string, path: string): Promise<string> {
  const file = resolve(folder, path);
  const { size, mtimeMs, ctimeMs } = await stat(file);
  const name = createHash("sha256").update(path).digest("hex").slice(0, 32);
  const memoPath = join(folder, "stages", "hashes", `${name}.json`);
  const memo = await readMemo(memoPath);
  const isSame =
    memo?.path === path && memo.size === size && memo.times[0] === mtimeMs && memo.times[1] === ctimeMs;
  if (isSame) return memo.sha256;
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const sha256 = hash.digest("hex");
  await mkdir(dirname(memoPath), { recursive: true });
  const next: Memo = { path, size, times: [mtimeMs, ctimeMs], sha256 };
  await writeFileAtomic(memoPath, `${JSON.stringify(next)}\n`);
  return sha256;
}

async function readMemo(path: string): Promise<Memo | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Memo;
  } catch {
    return undefined;
  }
}
