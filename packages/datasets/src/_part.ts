import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { RecordBatch, Schema } from "apache-arrow";
import { type Block, encodeBatch, encodeTail, fileHead } from "./_storeFormat.js";

/** An image that was left out, and why. */
export interface UnreadableImage {
  /** Its id in the manifest. */
  readonly imageId: string;
  /** Its path, relative to the manifest's root. */
  readonly path: string;
  /** What the decoder said. */
  readonly reason: string;
}

/** How far a part file has come; written after each record batch, when that is safe on disk. */
export interface Journal {
  readonly key: string;
  readonly rows: number;
  readonly blocks: readonly Block[];
  readonly unreadable: readonly UnreadableImage[];
  /** Ids of the images of one grey value. */
  readonly constant: readonly string[];
}

/** A store in the making: record batches without a footer, which no reader of Arrow files opens. */
export interface PartFile {
  readonly journal: Journal;
  append(
    batch: RecordBatch | null,
    rows: number,
    unreadable: readonly UnreadableImage[],
    constant: readonly string[],
  ): Promise<void>;
  finish(schema: Schema): Promise<number>;
  close(): Promise<void>;
}

/** Writes a small file whole or not at all. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const handle = await open(temporary, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** Makes a rename lasting, where the file system lets a folder be flushed. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r").catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** The journal of an earlier call for the same work, if its part file is all there. */
async function readJournal(journalPath: string, partPath: string, key: string): Promise<Journal | null> {
  const info = await stat(partPath).catch(() => null);
  const text = await readFile(journalPath, "utf8").catch(() => null);
  if (info === null || text === null) return null;
  try {
    const journal = JSON.parse(text) as Journal;
    return journal.key === key && endOf(journal.blocks) <= info.size ? journal : null;
  } catch {
    return null;
  }
}

function endOf(blocks: readonly Block[]): number {
  const last = blocks.at(-1);
  return last === undefined ? fileHead.length : last.offset + last.metaDataLength + last.bodyLength;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length)
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

/** Opens `<out>.part`, going on where an earlier call with the same key stopped, unless `accept` says no. */
export async function openPart(
  out: string,
  key: string,
  accept: (journal: Journal) => boolean,
): Promise<PartFile> {
  const partPath = `${out}.part`;
  const journalPath = `${out}.part.json`;
  const found = await readJournal(journalPath, partPath, key);
  const kept = found !== null && accept(found) ? found : null;
  let journal: Journal = kept ?? { key, rows: 0, blocks: [], unreadable: [], constant: [] };
  const handle = await open(partPath, kept === null ? "w" : "r+");
  if (kept === null) await writeAt(handle, fileHead, 0);
  else await handle.truncate(endOf(journal.blocks));
  return {
    get journal() {
      return journal;
    },
    async append(batch, rows, unreadable, constant) {
      const blocks = [...journal.blocks];
      if (batch !== null) {
        const { bytes, block } = encodeBatch(batch, endOf(blocks));
        await writeAt(handle, bytes, block.offset);
        await handle.datasync();
        blocks.push(block);
      }
      journal = {
        key,
        rows,
        blocks,
        unreadable: [...journal.unreadable, ...unreadable],
        constant: [...journal.constant, ...constant],
      };
      await replaceFile(journalPath, JSON.stringify(journal));
    },
    async finish(schema) {
      const tail = encodeTail(schema, journal.blocks);
      const end = endOf(journal.blocks);
      await writeAt(handle, tail, end);
      await handle.sync();
      await handle.close();
      await rename(partPath, out);
      await syncFolder(out);
      await rm(journalPath, { force: true });
      return end + tail.length;
    },
    close: () => handle.close(),
  };
}
