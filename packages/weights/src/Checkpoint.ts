import type { NamedArray, WeightDType } from "./NamedArray.js";

/** Kinds of files that openCheckpoint reads. */
export type CheckpointFormat =
  | "safetensors"
  | "safetensors-sharded"
  | "torch-zip"
  | "torch-legacy"
  | "npz"
  | "npy";

/** What a tensor is, without its elements. */
export interface TensorInfo {
  /** Element type. */
  readonly dtype: WeightDType;
  /** Size of each axis; `[]` is a scalar. */
  readonly shape: readonly number[];
}

/** An open checkpoint. Only its table of contents is in memory; a tensor is read when it is asked for. */
export interface Checkpoint {
  /** Format of the file. */
  readonly format: CheckpointFormat;
  /** Names of the tensors, in the order of the file. */
  readonly names: readonly string[];
  /**
   * Strings beside the tensors: those that the writer left, numbers and strings of a PyTorch checkpoint under their
   * dotted path, and under keys that begin with `cxrkit.` what the reader chose (root, stripped prefix, ignored leaves).
   */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * What a tensor is; reads nothing.
   *
   * @throws WeightFormatError with code `missing` if there is none of that name.
   */
  readonly info: (name: string) => TensorInfo;
  /**
   * Reads one tensor, into memory of its own.
   *
   * @throws WeightFormatError with code `missing` if there is none of that name, with another if its bytes are damaged;
   * Error if the checkpoint is closed.
   */
  readonly get: (name: string) => Promise<NamedArray>;
  /** Closes the file; doing so again does nothing. */
  readonly close: () => Promise<void>;
}
