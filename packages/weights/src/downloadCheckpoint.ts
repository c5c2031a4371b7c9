import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CacheNote, defaultCache, readNote, sizeOfFile, withLock, writeNote } from "./_downloadCache.js";
import { discardPart, hashFile } from "./_downloadPart.js";
import { type DownloadSource, downloadSource } from "./_downloadSource.js";
import { downloadToPart } from "./_downloadToPart.js";
import { type Fetch, fetchOf } from "./_httpFetch.js";

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes that are there, those of earlier attempts included. */
  readonly received: number;
  /** Bytes of the whole file; undefined if its host does not say. */
  readonly total: number | undefined;
}

/** Options of {@link downloadCheckpoint}. */
export interface DownloadCheckpointOptions {
  /** Path of the file in the repository. @defaultValue `"model.safetensors"` */
  readonly file?: string;
  /** Branch, tag or commit of the repository; only a commit is the same tomorrow. @defaultValue `"main"` */
  readonly revision?: string;
  /** SHA-256 that the file must have, 64 hexadecimal digits. */
  readonly sha256?: string;
  /** Folder in which files are kept. @defaultValue `cxrkit` in `XDG_CACHE_HOME` or `~/.cache` */
  readonly cache?: string;
  /** Whether to use only what is in the cache. @defaultValue as `CXRKIT_OFFLINE` or `HF_HUB_OFFLINE` say, else `false` */
  readonly offline?: boolean;
  /** Most bytes that are taken. @defaultValue `2 ** 35`, 32 GiB */
  readonly maxBytes?: number;
  /** How often a broken connection or a busy host is tried again without progress. @defaultValue `5` */
  readonly retries?: number;
  /** Milliseconds without a byte after which a connection counts as broken. @defaultValue `60_000` */
  readonly idleTimeoutMs?: number;
  /** Ends the download; what came is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  /** Called for each piece that arrives. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /**
   * Variables: `HF_TOKEN` (sent to the hub's host only), `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `CXRKIT_OFFLINE`,
   * `XDG_CACHE_HOME`, `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. @defaultValue `process.env`
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What makes the requests. @defaultValue the global `fetch`, through the proxies of the environment */
  readonly fetch?: Fetch;
  /** What waits between attempts. @defaultValue a timer */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A checkpoint that is on the disk. */
export interface DownloadedCheckpoint {
  /** Path of the file. */
  readonly path: string;
  /** SHA-256 of the file in hexadecimal digits. */
  readonly sha256: string;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Whether it was there already. */
  readonly fromCache: boolean;
  /** Whose SHA-256 it was compared with when it came: yours, the hub's, or nobody's. */
  readonly verifiedBy: "argument" | "hub" | "nothing";
  /** Commit of the repository that it is of, where the hub said so. */
  readonly commit: string | undefined;
}

/**
 * Fetches a checkpoint once and keeps it.
 *
 * A download that breaks off goes on where it stopped, if its host still has the same version (strong ETag); length and
 * SHA-256 are checked before the file gets its name. What is in the cache is used without asking anybody.
 *
 * @param source - `owner/name` of a Hugging Face repository, also `owner/name@revision:file`, or an https address; http
 * is taken only for this machine.
 * @param options - File, revision, hash, cache, bounds.
 * @returns Where the file is, and what it was checked against.
 * @throws RangeError if an argument is out of range; Error if the host refuses, redirects to where it must not, sends
 * other bytes than promised, or is out of reach; offline the message has the command that fetches the file by hand.
 * @see https://huggingface.co/docs/hub/models-downloading; RFC 9110, sections 13.1.5 (If-Range) and 14 (ranges)
 * @example
 * {@includeCode ../example/downloadCheckpoint.example.ts}
 */
export async function downloadCheckpoint(
  source: string,
  options: DownloadCheckpointOptions = {},
): Promise<DownloadedCheckpoint> {
  const { environment = process.env, file, revision, signal } = options;
  const expected = requireHash(options.sha256);
  requireBounds(options);
  const hub = environment.HF_ENDPOINT || "https://huggingface.co";
  const wanted = downloadSource(source, { file, revision, hub });
  const path = join(options.cache ?? defaultCache(environment), wanted.place);
  const cached = await fromCache(path, wanted, expected, signal);
  if (cached !== undefined) return cached;
  if (options.offline ?? isOffline(environment)) throw offlineError(wanted, path);
  await mkdir(dirname(path), { recursive: true });
  return await withLock(path, async () => {
    const meanwhile = await fromCache(path, wanted, expected, signal);
    return meanwhile ?? (await fetchFile(path, wanted, expected, options, environment));
  });
}

async function fromCache(
  path: string,
  { label }: DownloadSource,
  expected: string | undefined,
  signal: AbortSignal | undefined,
): Promise<DownloadedCheckpoint | undefined> {
  const bytes = await sizeOfFile(path);
  if (bytes === undefined) return undefined;
  const note = await readNote(path, bytes);
  // A file that somebody put there, or whose hash is asked for, is read once.
  const sha256 = note === undefined || expected !== undefined ? await hashFile(path, signal) : note.sha256;
  if (expected !== undefined && sha256 !== expected) {
    throw new Error(
      `downloadCheckpoint: ${label} in the cache must have SHA-256 ${expected}, got ${sha256}; if it is damaged or of another version, remove ${path}`,
    );
  }
  if (note === undefined) await writeNote(path, { source: label, sha256, bytes }).catch(() => undefined);
  const verifiedBy = expected === undefined ? (note?.verifiedBy ?? "nothing") : "argument";
  return { path, sha256, bytes, fromCache: true, verifiedBy, commit: note?.commit };
}

async function fetchFile(
  path: string,
  source: DownloadSource,
  expected: string | undefined,
  options: DownloadCheckpointOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DownloadedCheckpoint> {
  const { maxBytes = 2 ** 35, retries = 5, idleTimeoutMs = 60_000, signal, onProgress } = options;
  const wait = options.wait ?? ((ms, stop) => sleep(ms, undefined, stop ? { signal: stop } : {}));
  const fetch = options.fetch ?? (await fetchOf(environment));
  const token = environment.HF_TOKEN || undefined;
  const part = `${path}.part`;
  const context = { source, fetch, token, maxBytes, idleTimeoutMs, signal, onProgress };
  const isResumed = (await sizeOfFile(part)) !== undefined;
  for (let isSecond = !isResumed; ; isSecond = true) {
    const { etag, sha256: promised, commit } = await downloadToPart(part, context, { retries, wait });
    const sha256 = await hashFile(part, signal);
    const wanted = expected ?? promised;
    if (wanted === undefined || sha256 === wanted) {
      const bytes = (await sizeOfFile(part)) as number;
      const verifiedBy = expected !== undefined ? "argument" : promised !== undefined ? "hub" : "nothing";
      const note: CacheNote = {
        source: source.label,
        sha256,
        bytes,
        verifiedBy,
        ...(commit && { commit }),
        ...(etag && { etag }),
      };
      await rename(part, path);
      await discardPart(part);
      await writeNote(path, note);
      return { path, sha256, bytes, fromCache: false, verifiedBy, commit };
    }
    await discardPart(part);
    if (!isSecond) continue;
    throw new Error(
      `downloadCheckpoint: ${source.label} must have SHA-256 ${wanted}, got ${sha256}; what came is removed`,
    );
  }
}

function requireHash(sha256: string | undefined): string | undefined {
  if (sha256 === undefined || /^[0-9a-fA-F]{64}$/.test(sha256)) return sha256?.toLowerCase();
  throw new RangeError(
    `downloadCheckpoint: sha256 must be 64 hexadecimal digits, got ${JSON.stringify(sha256)}`,
  );
}

function requireBounds({ maxBytes, retries, idleTimeoutMs }: DownloadCheckpointOptions): void {
  for (const [name, value, least] of [
    ["maxBytes", maxBytes, 1],
    ["retries", retries, 0],
    ["idleTimeoutMs", idleTimeoutMs, 1],
  ] as const) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      throw new RangeError(
        `downloadCheckpoint: ${name} must be an integer of at least ${least}, got ${value}`,
      );
    }
  }
}

function isOffline(environment: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = (name: string) => /^(1|true|yes|on)$/i.test(environment[name] ?? "");
  return isSet("CXRKIT_OFFLINE") || isSet("HF_HUB_OFFLINE");
}

function offlineError({ label, url }: DownloadSource, path: string): Error {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return new Error(
    `downloadCheckpoint: ${label} must be in the cache when offline, got no file; fetch it where there is a network: curl -L --fail --create-dirs -o ${quote(path)} ${quote(url.href)}`,
  );
}
