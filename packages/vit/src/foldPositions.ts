import { requireConfig } from "./_check.js";
import { gridOf, isResampled, storedGridOf } from "./_grid.js";
import { resamplingMatrices } from "./_resampling.js";
import type { NamedArray } from "./NamedArray.js";
import type { VitConfig } from "./VitConfig.js";

/** What {@link foldPositions} gives back. */
export interface FoldedPositions {
  /** The parameters, `pos_embed` on the grid of the images; all others are those that came in. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  /** The configuration without `storedPositions`. */
  readonly config: VitConfig;
}

/**
 * Resamples the position table once, when the weights are loaded, instead of in every forward pass.
 *
 * The logits are the same. Training is not: then the resampled table is fine-tuned, and not the stored one behind it.
 *
 * @param parameters - Parameters by timm's names.
 * @param config - Shape of the model; its `storedPositions` say from which grid and by which rule.
 * @returns Parameters and configuration of the folded model; what came in where there is nothing to resample.
 * @throws RangeError if the configuration describes no network or `pos_embed` does not fit it.
 * @see {@link resizePositionEmbedding} for the conventions.
 * @example
 * {@includeCode ../example/parameters.example.ts#fold}
 */
export function foldPositions(
  parameters: ReadonlyMap<string, NamedArray>,
  config: VitConfig,
): FoldedPositions {
  requireConfig("foldPositions", config);
  const { storedPositions, ...folded } = config;
  if (storedPositions === undefined) return { parameters, config };
  const [rows, columns] = gridOf(config);
  const [storedRows, storedColumns] = storedGridOf(config);
  const { width, classPosition = true } = config;
  const classLength = classPosition ? width : 0;
  const table = parameters.get("pos_embed");
  if (table?.data.length !== classLength + storedRows * storedColumns * width) {
    throw new RangeError(
      `foldPositions: pos_embed must have shape [1, ${(classPosition ? 1 : 0) + storedRows * storedColumns}, ${width}], got ${table === undefined ? "nothing under that name" : `[${table.shape.join(", ")}]`}`,
    );
  }
  if (!isResampled(config)) return { parameters, config: folded };
  const [byRow, byColumn] = resamplingMatrices(
    [storedRows, storedColumns],
    [rows, columns],
    storedPositions.convention,
  );
  const patches = table.data.subarray(classLength);
  const data = new Float32Array(classLength + rows * columns * width);
  data.set(table.data.subarray(0, classLength));
  // First along the columns of each stored row, then along the rows, whose elements are whole rows of the grid.
  const narrowed = new Float64Array(storedRows * columns * width);
  for (let r = 0; r < storedRows; r++)
    combine(
      byColumn,
      patches.subarray(r * storedColumns * width),
      narrowed.subarray(r * columns * width),
      columns,
      storedColumns,
      width,
    );
  combine(byRow, narrowed, data.subarray(classLength), rows, storedRows, columns * width);
  return {
    parameters: new Map([
      ...parameters,
      ["pos_embed", { dtype: "float32", shape: [1, data.length / width, width], data }],
    ]),
    config: folded,
  };
}

/** target[i] = Σⱼ weights[i, j]·source[j] on vectors of the given length. */
function combine(
  weights: Float64Array,
  source: Float32Array | Float64Array,
  target: Float32Array | Float64Array,
  wanted: number,
  stored: number,
  length: number,
): void {
  const sum = new Float64Array(length);
  for (let i = 0; i < wanted; i++) {
    sum.fill(0);
    for (let j = 0; j < stored; j++) {
      const weight = weights[i * stored + j] as number;
      if (weight === 0) continue;
      for (let k = 0; k < length; k++)
        sum[k] = (sum[k] as number) + weight * (source[j * length + k] as number);
    }
    target.set(sum, i * length);
  }
}
