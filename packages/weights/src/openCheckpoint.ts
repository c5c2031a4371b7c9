import { type ByteSource, readBytes } from "./_byteSource.js";
import { type Contents, checkpointOfEntries } from "./_checkpointOfEntries.js";
import { detectFormat } from "./_detectFormat.js";
import { openSource } from "./_fileSource.js";
import { readNpy, readNpz } from "./_npy.js";
import { readSafetensors } from "./_safetensors.js";
import { readSafetensorsIndex } from "./_safetensorsIndex.js";
import { stripNames } from "./_stripNames.js";
import { readTorchLegacy } from "./_torchLegacy.js";
import { type ArchiveOptions, readTorchZip, torchPickle } from "./_torchZip.js";
import { readZipDirectory } from "./_zip.js";
import { zipError } from "./_zipEnd.js";
import type { Checkpoint } from "./Checkpoint.js";
import { type CheckpointBudgets, defaultBudgets } from "./CheckpointBudgets.js";

/** Options of {@link openCheckpoint}. */
export interface OpenCheckpointOptions {
  /**
   * Where the state dict is in a PyTorch checkpoint: keys with dots in between, such as `"model"` or
   * `"teacher.backbone"`, `""` for the top. Dicts inside it are taken too, their keys joined by dots. Without it the
   * only dict of tensors is taken, and if there are several, an error lists them.
   */
  readonly root?: string;
  /**
   * Beginning of names to take off: `"auto"` takes off `module.`, `_orig_mod.`, `model.`, `teacher.`, `student.` and
   * `backbone.` where every name begins with it; a text leaves out the tensors whose names do not begin with it.
   * Without it names stay as the file has them.
   */
  readonly stripPrefix?: string;
  /**
   * Whether the checksums of zip archives are compared when a tensor is read. PyTorch can be told to write none.
   *
   * @defaultValue `true`
   */
  readonly verifyChecksums?: boolean;
  /** Limits that differ from the defaults. */
  readonly budgets?: CheckpointBudgets;
}

/**
 * Opens a checkpoint of any format that it knows, by content and not by name: safetensors, in one file or in shards (by
 * their `.index.json`), PyTorch's archives and its older files, NumPy's `.npz` and `.npy`.
 *
 * Everything is data: a pickle is read by a closed list of names and nothing in it can run. Every length is held against
 * the file before memory is taken. What the reader chose is said in `metadata` (`cxrkit.root`, `cxrkit.strippedPrefix`,
 * `cxrkit.ignored`, `cxrkit.unreadable`).
 *
 * @param path - Path of the file.
 * @param options - Root of a nested checkpoint, prefix of names, checksums, limits.
 * @returns The open checkpoint; the caller closes it. Only its table of contents has been read.
 * @throws WeightFormatError that names the rule, the tensor and the value, if the file breaks its format, is larger than
 * the budgets, or has a format that is not read; the system's error if it cannot be read.
 * @see https://github.com/huggingface/safetensors#format,
 * https://docs.pytorch.org/docs/stable/notes/serialization.html,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * {@includeCode ../example/readme.example.ts}
 * @example
 * {@includeCode ../example/openCheckpoint.example.ts}
 */
export async function openCheckpoint(path: string, options: OpenCheckpointOptions = {}): Promise<Checkpoint> {
  const { root, stripPrefix, verifyChecksums = true } = options;
  const budgets = { ...defaultBudgets, ...options.budgets };
  const source = await openSource(path);
  try {
    const contents = await readContents(source, { root, verifyChecksums, budgets });
    const named = stripPrefix === undefined ? contents : stripNames(path, contents, stripPrefix);
    return checkpointOfEntries(path, named);
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

/** Bytes that tell the formats from each other. */
const signatureLength = 512;

async function readContents(source: ByteSource, options: ArchiveOptions): Promise<Contents> {
  const { path, size } = source;
  const signature = detectFormat(path, await readBytes(source, 0, Math.min(size, signatureLength)), size);
  if (signature === "torch-legacy") return readTorchLegacy(source, options);
  const members = signature === "zip" ? await readZipDirectory(source, options.budgets) : undefined;
  const names = [...(members?.keys() ?? [])];
  if (members !== undefined && names.some((name) => torchPickle.test(name))) {
    return readTorchZip(source, members, options);
  }
  if (options.root !== undefined) {
    throw new RangeError(
      `openCheckpoint: root must be given for PyTorch checkpoints only, got "${options.root}" for ${path}`,
    );
  }
  if (signature === "safetensors") return readSafetensors(source, options.budgets);
  if (signature === "index") return readSafetensorsIndex(source, options.budgets);
  if (members === undefined) return readNpy(source);
  if (names.every((name) => name.endsWith(".npy"))) return readNpz(source, members, options);
  throw zipError(
    path,
    "hold a data.pkl in a folder (PyTorch) or arrays alone (NumPy)",
    names.slice(0, 5).join(", "),
  );
}
