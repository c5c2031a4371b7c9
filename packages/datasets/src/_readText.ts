import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { reasonOf } from "./_check.js";

/** Largest label file that is read unless the caller says otherwise: 1 GiB. */
export const defaultMaxBytes: number = 2 ** 30;

/** A label file in memory: its text's bytes, and the SHA-256 of the file as it lies on disk. */
export interface TextFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** Reads a text file, unpacking `.gz`; file and content are bounded. Null if there is no file. */
export async function readText(
  where: string,
  path: string,
  maxBytes: number = defaultMaxBytes,
): Promise<TextFile | null> {
  const info = await stat(path).catch(() => null);
  if (info === null || !info.isFile()) return null;
  if (info.size > maxBytes)
    throw new RangeError(
      `${where}: ${path} must have at most ${maxBytes} bytes, got ${info.size}; pass a larger maxBytes to read it`,
    );
  const raw = await readFile(path);
  const sha256 = createHash("sha256").update(raw).digest("hex");
  if (!path.endsWith(".gz")) return { path, bytes: raw, sha256 };
  try {
    return { path, bytes: await promisify(gunzip)(raw, { maxOutputLength: maxBytes }), sha256 };
  } catch (error) {
    throw new RangeError(
      `${where}: ${path} must be a gzip file of at most ${maxBytes} bytes, got ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** Reads the first of several files that is there; null if none is. */
export async function readFirst(
  where: string,
  paths: readonly string[],
  maxBytes?: number,
): Promise<TextFile | null> {
  for (const path of paths) {
    const file = await readText(where, path, maxBytes);
    if (file !== null) return file;
  }
  return null;
}
