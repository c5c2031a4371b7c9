import { dtypes } from "./_dtypes.js";
import type { Checkpoint, CheckpointFormat, TensorInfo } from "./Checkpoint.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** A tensor of an open file. */
export interface Entry extends TensorInfo {
  /** Reads its elements, row-major and little-endian, into a buffer of their own. */
  readonly read: () => Promise<ArrayBuffer>;
}

/** What a reader of one format found. */
export interface Contents {
  readonly format: CheckpointFormat;
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Tensors that no element type of ours can hold: the reason by name. */
  readonly unreadable?: ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
}

/** Makes what a reader found the record that a caller sees. */
export function checkpointOfEntries(path: string, contents: Contents): Checkpoint {
  const { format, entries, metadata, unreadable = new Map<string, string>() } = contents;
  let closing: Promise<void> | undefined;
  const names = [...entries.keys()];
  const entryOf = (caller: string, name: string): Entry => {
    const entry = entries.get(name);
    if (entry !== undefined) return entry;
    const reason = unreadable.get(name);
    if (reason !== undefined) {
      throw new WeightFormatError(
        "dtype",
        `${caller}: tensor "${name}" of ${path} must have a dtype of ${Object.keys(dtypes).join(", ")}, got ${reason}`,
        { tensor: name },
      );
    }
    throw new WeightFormatError(
      "missing",
      `${caller}: name must be that of a tensor in ${path}, got "${name}"; the file has ${names.length} tensors: ${listOf(names)}`,
      { tensor: name },
    );
  };
  return {
    format,
    names,
    metadata: Object.fromEntries(
      unreadable.size === 0 ? metadata : [...metadata, ["cxrkit.unreadable", describe(unreadable)]],
    ),
    info(name) {
      const { dtype, shape } = entryOf("info", name);
      return { dtype, shape };
    },
    async get(name) {
      if (closing !== undefined) throw new Error(`get: checkpoint ${path} must be open, got a closed one`);
      const { dtype, shape, read } = entryOf("get", name);
      return { dtype, shape, data: dtypes[dtype].array(await read()) };
    },
    close: () => {
      closing ??= contents.close();
      return closing;
    },
  };
}

function describe(unreadable: ReadonlyMap<string, string>): string {
  return [...unreadable].map(([name, reason]) => `${name} (${reason})`).join(", ");
}

/** The first ten names, for a message. */
export function listOf(names: readonly string[]): string {
  return `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
