import type { CheckpointLayout } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";

/** Where one tensor of a converted checkpoint comes from. */
export interface ConversionEntry {
  /** Names in the file that was read, in the order in which they are used; none for a tensor that was made up. */
  readonly sources: readonly string[];
  /** Name after the conversion. */
  readonly target: string;
  /** What is done to the sources, such as `copy`, `join` or `transpose`. */
  readonly transform: string;
  /** Shape after the conversion. */
  readonly shape: readonly number[];
}

/** A tensor that the conversion leaves behind on purpose. */
export interface IgnoredTensor {
  /** Name in the file that was read. */
  readonly name: string;
  /** Why it is not needed. */
  readonly reason: string;
}

/** A checkpoint under other names. Nothing is read or computed before a tensor is asked for. */
export interface ConvertedCheckpoint extends TensorSource {
  /** Layout that was read. */
  readonly from: CheckpointLayout;
  /** Layout that the names now have. */
  readonly to: CheckpointLayout;
  /** What stood before the names of the trunk in the file that was read. */
  readonly prefix: string;
  /** Where each tensor comes from, in the order of `names`. */
  readonly entries: readonly ConversionEntry[];
  /** Names under the new layout of tensors that the model needs and the file does not give. */
  readonly missing: readonly string[];
  /** Names of tensors in the file that the new layout has no place for. */
  readonly unexpected: readonly string[];
  /** Tensors of the file that are left behind on purpose. */
  readonly ignored: readonly IgnoredTensor[];
}
