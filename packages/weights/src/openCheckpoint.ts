import { type FileHandle, open } from "node:fs/promises";
import { dtypes } from "./_dtypes.js";
import { type Header, parseHeader } from "./_parseHeader.js";
import type { NamedArray } from "./NamedArray.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** An open checkpoint. Only its header is in memory; a tensor is read when it is asked for. */
export interface Checkpoint {
  /** Format of the file. */
  readonly format: "safetensors";
  /** Names of the tensors, in the order of their data. */
  readonly names: readonly string[];
  /** Strings that the writer left beside the tensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Reads one tensor.
   *
   * @throws WeightFormatError with code `missing` if there is none of that name; Error if the checkpoint is closed.
   */
  readonly get: (name: string) => Promise<NamedArray>;
  /** Closes the file; doing so again does nothing. */
  readonly close: () => Promise<void>;
}

/** Bytes of the number at the start of the file: the length of the header. */
const prefixLength = 8;

/** Longest header that is read into memory; the limit of the reference implementation. */
const maxHeaderLength = 100_000_000;

/**
 * Opens a safetensors file and checks every rule of the format before any tensor is read.
 *
 * @param path - Path of the file.
 * @returns The open checkpoint; the caller closes it.
 * @throws WeightFormatError that names the rule, the tensor and the value, if the file breaks the format or has another
 * one; the system's error if it cannot be read.
 * @see https://github.com/huggingface/safetensors#format
 * @example {@includeCode ../example/readme.example.ts}
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await open(path, "r");
  try {
    const { header, dataStart } = await readHeader(path, file);
    return createCheckpoint(path, file, header, dataStart);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

async function readHeader(path: string, file: FileHandle): Promise<{ header: Header; dataStart: number }> {
  const { size } = await file.stat();
  const prefix = await readBytes(path, file, 0, Math.min(size, prefixLength));
  if (size >= 4 && isOtherFormat(prefix)) {
    throw new WeightFormatError(
      "header",
      `openCheckpoint: ${path} must be a safetensors file, got a ${isOtherFormat(prefix)}; save it with safetensors first, this version reads no other format`,
    );
  }
  const length = size < prefixLength ? Number.NaN : Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (!(length <= maxHeaderLength && prefixLength + length <= size)) {
    throw new WeightFormatError(
      "header",
      `openCheckpoint: length of the header of ${path} must be at most ${maxHeaderLength} and fit into the file of ${size} bytes, got ${Number.isNaN(length) ? "no length" : length}`,
    );
  }
  const dataStart = prefixLength + length;
  return {
    header: parseHeader(path, await readBytes(path, file, prefixLength, length), size - dataStart),
    dataStart,
  };
}

function isOtherFormat(prefix: Uint8Array): string | undefined {
  const [a, b, c, d] = prefix;
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) return "zip archive (PyTorch or NumPy)";
  if (a === 0x80 && (b as number) <= 5 && (c === 0x8a || c === 0x7d || c === 0x63 || c === 0x95))
    return "pickle (old PyTorch)";
  return undefined;
}

function createCheckpoint(path: string, file: FileHandle, header: Header, dataStart: number): Checkpoint {
  let closing: Promise<void> | undefined;
  const ordered = [...header.tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  return {
    format: "safetensors",
    names: ordered.map(([name]) => name),
    metadata: header.metadata,
    async get(name) {
      if (closing !== undefined) throw new Error(`get: checkpoint ${path} must be open, got a closed one`);
      const entry = header.tensors.get(name);
      if (entry === undefined) {
        const known = ordered.slice(0, 10).map(([other]) => other);
        throw new WeightFormatError(
          "missing",
          `get: name must be that of a tensor in ${path}, got "${name}"; the file has ${ordered.length} tensors: ${known.join(", ")}${ordered.length > known.length ? ", …" : ""}`,
          { tensor: name },
        );
      }
      const bytes = await readBytes(path, file, dataStart + entry.begin, entry.end - entry.begin);
      return { dtype: entry.dtype, shape: entry.shape, data: dtypes[entry.dtype].array(bytes.buffer) };
    },
    close: () => {
      closing ??= file.close();
      return closing;
    },
  };
}

/** Reads so many bytes into a buffer of their own, which therefore suits any element type. */
async function readBytes(
  path: string,
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), position + done);
    if (bytesRead === 0) {
      throw new WeightFormatError(
        "offset",
        `openCheckpoint: ${path} must have ${position + length} bytes, got ${position + done}`,
      );
    }
    done += bytesRead;
  }
  return bytes;
}
