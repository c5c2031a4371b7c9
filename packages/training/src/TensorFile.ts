import type { NamedArray } from "@cxrkit/runtime";

/** A tensor as a file gives it, of any element type. */
export interface StoredTensor {
  /** Element type, such as `"float32"`. */
  readonly dtype: string;
  /** Size of each axis. */
  readonly shape: readonly number[];
  /** Row-major elements. */
  readonly data: ArrayBufferView;
}

/** What a tensor file holds. */
export interface TensorFileContent {
  /** Strings by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensors by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** How checkpoints are written and read; safetensors is the format meant. */
export interface TensorFile {
  /** Writes a file as a whole or not at all: a temporary name, a flush, a rename. */
  readonly write: (
    path: string,
    tensors: ReadonlyMap<string, NamedArray>,
    metadata: Readonly<Record<string, string>>,
  ) => Promise<void>;
  /** Reads a file; rejects when it is damaged. */
  readonly read: (path: string) => Promise<TensorFileContent>;
}
