import type { TensorInfo } from "./Checkpoint.js";
import type { NamedArray } from "./NamedArray.js";

/** Tensors by name, as a Map or as a record. */
export type NamedArrays = ReadonlyMap<string, NamedArray> | Readonly<Record<string, NamedArray>>;

/** Tensors that are read one at a time while they are written: an open checkpoint, or one seen through a name map. */
export interface TensorSource {
  /** Names of the tensors. */
  readonly names: readonly string[];
  /** What a tensor is, before it is read. */
  readonly info: (name: string) => TensorInfo;
  /** Reads one tensor. */
  readonly get: (name: string) => NamedArray | Promise<NamedArray>;
}
