import { convert } from "./_convert.js";
import { describeTimm } from "./_describeTimm.js";
import { detectLayout } from "./_detectLayout.js";
import type { CheckpointLayout } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";

/** What a vision transformer is, as far as the shapes of its tensors say it. */
export interface CheckpointArchitecture {
  /** Side of the patches in pixels. */
  readonly patchSize: number;
  /** Image channels C. */
  readonly channels: number;
  /** Width D of the tokens. */
  readonly width: number;
  /** Number of blocks L. */
  readonly depth: number;
  /** Width of the hidden layer of each MLP; for `swiglu` that of the product. */
  readonly mlpDim: number;
  /** Kind of the MLPs: two inner halves that are multiplied, or one. */
  readonly mlp: "gelu" | "swiglu";
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Where `numHeads` comes from: shapes do not tell it, unless the layout keeps the heads apart. */
  readonly numHeadsFrom: "given" | "shapes" | "width / 64";
  /** Number of register tokens. */
  readonly numRegisters: number;
  /** Whether there is a class token. */
  readonly classToken: boolean;
  /** Whether the position table begins with a row for the class token. */
  readonly classPosition: boolean;
  /** Rows and columns of the position table; undefined if the table is of no square grid. */
  readonly grid: number | undefined;
  /** Side in pixels of the square images that fit the position table without resampling; undefined as `grid` is. */
  readonly imageSize: number | undefined;
  /** Whether branches are scaled by a learned vector. */
  readonly layerScale: boolean;
  /** Whether queries, keys and values have biases. */
  readonly qkvBias: boolean;
  /** Whether the last layer normalisation is named `fc_norm`, as behind a mean. */
  readonly fcNorm: boolean;
  /** Whether tokens are normalised before the first block. */
  readonly preNorm: boolean;
  /** Rows of the head; 0 if there is none. */
  readonly numClasses: number;
  /** Columns of the head: D, or 2D if it sees the class token beside the mean of the patches; 0 if there is none. */
  readonly headColumns: number;
}

/** Options of {@link describeCheckpoint}. */
export interface DescribeCheckpointOptions {
  /** Layout of the names; left out, it is detected. */
  readonly layout?: CheckpointLayout;
  /** What stands before the names of the trunk; left out, it is detected. */
  readonly prefix?: string;
  /** Number of attention heads, an integer of at least 1 that divides the width. */
  readonly numHeads?: number;
}

/**
 * The vision transformer that a checkpoint belongs to, from names and shapes alone: nothing is read.
 *
 * @param checkpoint - Tensors under the names of any known layout; tensors that are not a vision transformer's do not
 * matter.
 * @param options - Layout, prefix and number of heads, where they are known.
 * @returns Its architecture. `numHeads` is D/64 unless it is given or the layout shows it.
 * @throws WeightFormatError if the layout is not known, or there are too few tensors to tell;
 * RangeError if `numHeads` does not divide the width.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#describe}
 */
export function describeCheckpoint(
  checkpoint: Pick<TensorSource, "names" | "info">,
  options: DescribeCheckpointOptions = {},
): CheckpointArchitecture {
  const source: TensorSource = {
    names: checkpoint.names,
    info: (name) => checkpoint.info(name),
    get: () => Promise.reject(new Error("describeCheckpoint: tensors must not be read, got a read")),
  };
  const found = detectLayout("describeCheckpoint", source, options);
  const { converted, numHeads } = convert("describeCheckpoint", source, found, { distillation: "ignore" });
  return describeTimm("describeCheckpoint", converted, options.numHeads, numHeads);
}
