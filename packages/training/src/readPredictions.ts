import { open } from "node:fs/promises";
import { type Table, tableFromIPC } from "apache-arrow";
import { requirePositive } from "./_check.js";
import { requirePredictions } from "./_requirePredictions.js";

/** Options of {@link readPredictions}. */
export interface ReadPredictionsOptions {
  /** Largest file that is read, in bytes. @defaultValue 2³⁰, some four million rows of 14 findings */
  readonly maxBytes?: number;
}

/**
 * Reads predictions from an Arrow IPC file.
 *
 * @param path - File written by {@link writePredictions}.
 * @param options - Limit of the size.
 * @returns The table, as {@link predict} returned it.
 * @throws RangeError that names the file if it is too large, cut off, not an Arrow file or not Predictions; the
 * system's error if it cannot be read.
 * @see Apache Arrow columnar format, IPC file format.
 * @example
 * {@includeCode ../example/predictions.example.ts#predictions}
 */
export async function readPredictions(
  path: string,
  { maxBytes = 2 ** 30 }: ReadPredictionsOptions = {},
): Promise<Table> {
  requirePositive("readPredictions", "maxBytes", maxBytes);
  const table = parse(path, await readBounded(path, maxBytes));
  requirePredictions(`readPredictions: ${path}`, table);
  return table;
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > maxBytes)
      throw new RangeError(
        `readPredictions: ${path} must have at most ${maxBytes} bytes, got ${size}; raise maxBytes`,
      );
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const magic = new TextEncoder().encode("ARROW1");

/** The library reads a file without its end as far as it goes, so both ends are looked at first. */
function parse(path: string, bytes: Uint8Array): Table {
  const starts = magic.every((byte, i) => bytes[i] === byte);
  const ends = magic.every((byte, i) => bytes[bytes.length - magic.length + i] === byte);
  if (!starts)
    throw new RangeError(`readPredictions: ${path} must be an Arrow IPC file, got another beginning`);
  if (!ends) throw new RangeError(`readPredictions: ${path} must be whole, got a file that is cut off`);
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw new RangeError(
      `readPredictions: ${path} must be an Arrow IPC file, got one that cannot be parsed`,
      {
        cause,
      },
    );
  }
}
