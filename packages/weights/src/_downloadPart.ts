import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rm, stat, writeFile } from "node:fs/promises";

/** A file that is not there yet in full. */
export interface Part {
  readonly path: string;
  /** Bytes that are there. */
  readonly length: number;
  /** Version of the file that they are of; undefined if its host names none. */
  readonly etag: string | undefined;
}

/** What is there from an earlier attempt; nothing if it cannot be told of which version it is. */
export async function openPart(path: string, url: string): Promise<Part> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const note = await readNote(path);
  if (size > 0 && note?.url === url && typeof note.etag === "string")
    return { path, length: size, etag: note.etag };
  await discardPart(path);
  return { path, length: 0, etag: undefined };
}

async function readNote(path: string): Promise<{ url?: unknown; etag?: unknown } | undefined> {
  try {
    return JSON.parse(await readFile(`${path}.json`, "utf8")) as { url?: unknown; etag?: unknown };
  } catch {
    return undefined;
  }
}

/** Begins anew, and remembers of which version the bytes will be. */
export async function beginPart(path: string, url: string, etag: string | undefined): Promise<Part> {
  await discardPart(path);
  if (etag !== undefined) await writeFile(`${path}.json`, JSON.stringify({ url, etag }));
  await writeFile(path, "");
  return { path, length: 0, etag };
}

export async function discardPart(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.json`, { force: true });
}

/** Appends a stream; `onBytes` may throw to end it. What was written stays, also when the stream breaks. */
export async function appendToPart(
  { path }: Part,
  body: ReadableStream<Uint8Array>,
  onBytes: (count: number) => void,
): Promise<void> {
  const file: FileHandle = await open(path, "a");
  try {
    for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
      onBytes(bytes.length);
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file in hexadecimal digits. */
export async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash: Hash = createHash("sha256");
  for await (const bytes of createReadStream(path, {
    highWaterMark: 2 ** 20,
    ...(signal ? { signal } : {}),
  })) {
    hash.update(bytes as Uint8Array);
  }
  return hash.digest("hex");
}
