import type { TransformKind } from "../_transforms.js";
import type { CheckpointArchitecture } from "../describeCheckpoint.js";

/** Whose names a checkpoint has. */
export type CheckpointLayout = "timm" | "dinov2" | "huggingface" | "jax" | "mae" | "deit";

/** How one of timm's tensors comes from a layout's, and goes back. `{i}` in a name is the number of the block. */
export interface NameRule {
  /** timm's name. */
  readonly target: string;
  /** The layout's names, in the order in which they are joined. */
  readonly sources: readonly string[];
  readonly transform: TransformKind;
  /** The rule reads only checkpoints that have this tensor of the layout. */
  readonly given?: string;
  /** Name stands outside the prefix of the trunk. */
  readonly outside?: true;
  /** The rule serves one direction; left out, both. */
  readonly only?: "read" | "write";
  /** Which models are written by this rule; left out, all that have the tensor. */
  readonly writes?: (architecture: CheckpointArchitecture) => boolean;
}

/** Whether a position table without a row for the class token is to get one. */
export function lacksClassPosition({ classToken, classPosition }: CheckpointArchitecture): boolean {
  return classToken && !classPosition;
}

/** Names of one layout against timm's, as data. */
export interface NameMap {
  readonly layout: CheckpointLayout;
  /** Names that are rewritten before the rules see them: other versions of the same layout. */
  readonly aliases: readonly (readonly [pattern: RegExp, replacement: string])[];
  /** Rules, in the order of timm's tensors; of two with the same target the first that applies is taken. */
  readonly rules: readonly NameRule[];
  /** Tensors that the model has no use for, and why. */
  readonly ignored: readonly (readonly [pattern: RegExp, reason: string])[];
  /** Name of the token that stands for hidden patches in pre-training, of the width of the blocks. */
  readonly maskToken?: string;
  /** Name of the second token of a distilled model. */
  readonly distillationToken?: string;
  /** Tensors that a reader of the layout insists on though nothing uses them: written as zeros. */
  readonly zeros?: (
    architecture: CheckpointArchitecture,
  ) => readonly { readonly target: string; readonly shape: readonly number[] }[];
  /** What stands before the names of the trunk when the layout is written. */
  readonly prefix?: (architecture: CheckpointArchitecture) => string;
  /** Says why an architecture cannot be written in this layout; undefined when it can. */
  readonly refuses?: (architecture: CheckpointArchitecture) => string | undefined;
}
