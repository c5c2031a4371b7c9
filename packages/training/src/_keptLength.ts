import type { FileHandle } from "node:fs/promises";

const lineFeed = 0x0a;
const block = 65_536;
/** A line longer than this is none of ours. */
const longestLine = 2 ** 20;

/**
 * Length of a file without the lines at its end that are to be dropped. It is read backwards in blocks, so that a long
 * log costs what is dropped of it.
 */
export async function keptLength(
  file: FileHandle,
  size: number,
  isDropped: (line: string, ended: boolean) => boolean,
): Promise<number> {
  let held = Buffer.alloc(0);
  let from = size;
  while (from + held.length > 0) {
    const ended = held.at(-1) === lineFeed;
    // A negative second argument would count from the end.
    const before = held.length < 2 ? -1 : held.lastIndexOf(lineFeed, held.length - (ended ? 2 : 1));
    if (before === -1) {
      if (from > 0 && held.length <= longestLine) {
        const length = Math.min(block, from);
        from -= length;
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, from);
        held = Buffer.concat([buffer, held]);
        continue;
      }
      if (from > 0) return from + held.length;
    }
    const start = before + 1;
    const line = held.toString("utf8", start, held.length - (ended ? 1 : 0));
    if (!isDropped(line, ended)) return from + held.length;
    held = held.subarray(0, start);
  }
  return 0;
}
