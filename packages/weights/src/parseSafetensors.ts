import type { ByteSource } from "./_byteSource.js";
import { checkpointOfEntries } from "./_checkpointOfEntries.js";
import { readSafetensors } from "./_safetensors.js";
import type { Checkpoint } from "./Checkpoint.js";
import { defaultBudgets } from "./CheckpointBudgets.js";

/** Options of {@link parseSafetensors}. */
export interface ParseSafetensorsOptions {
  /** What errors call the file. @defaultValue `"the file"` */
  readonly name?: string;
}

/**
 * A safetensors file that is in memory already, such as one that a browser has fetched: the same record as of
 * {@link openCheckpoint}, the same strictness, and nothing of Node.
 *
 * @param bytes - The whole file. Tensors are copied out of it when they are asked for.
 * @param options - What errors call the file.
 * @returns The checkpoint; closing it forgets the bytes.
 * @throws WeightFormatError that names the rule, the tensor and the value, if the file breaks the format.
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * {@includeCode ../example/parseSafetensors.example.ts}
 */
export async function parseSafetensors(
  bytes: Uint8Array,
  { name = "the file" }: ParseSafetensorsOptions = {},
): Promise<Checkpoint> {
  const source: ByteSource = {
    path: name,
    size: bytes.length,
    pieces: [],
    readInto: async (target, position) =>
      target.set(new Uint8Array(bytes.buffer, bytes.byteOffset + position, target.length)),
    close: async () => {},
  };
  return checkpointOfEntries(name, await readSafetensors(source, defaultBudgets));
}
