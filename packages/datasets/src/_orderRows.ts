import { balancingWeights, drawByWeight } from "./_balance.js";
import type { BatchOrigin } from "./_planBatches.js";
import { shuffleInPlace } from "./_random.js";
import { applyLabelPolicy } from "./applyLabelPolicy.js";
import type { BatchesOptions, ByteBatchesOptions } from "./ImageStore.js";

/** Which image comes when. */
export interface RowOrder {
  /** Row of each image. */
  readonly order: Int32Array;
  /** How often the row of each image came before; undefined if no row comes twice on purpose. */
  readonly repeats: Int32Array | undefined;
}

const where = "ImageStore.batches";

/** The rows in the order in which they come, and how often each came before. */
export function orderRows(
  origin: BatchOrigin,
  options: BatchesOptions | ByteBatchesOptions,
  random: () => number,
): RowOrder {
  const { split, rows, shuffle = false, balance, weights, policy } = options;
  if (split !== undefined && rows !== undefined)
    throw new RangeError(`${where}: split and rows must not be given together, got both`);
  if (balance !== undefined && weights !== undefined)
    throw new RangeError(`${where}: balance and weights must not be given together, got both`);
  const all = rows === undefined ? origin.rows(split) : Int32Array.from(rows);
  for (const row of all)
    if (row < 0 || row >= origin.table.numRows)
      throw new RangeError(`${where}: rows must lie in [0, ${origin.table.numRows - 1}], got ${row}`);
  if (balance !== undefined) {
    const own = policy?.perFinding?.[balance];
    const only = { ...policy, perFinding: own === undefined ? {} : { [balance]: own } };
    const { data } = applyLabelPolicy(origin.table, { findings: [balance], rows: all, policy: only });
    const { weights: each, groups } = balancingWeights(data);
    return drawn(all, each, random, groups);
  }
  if (weights !== undefined) return drawn(all, checkedWeights(weights, all.length), random);
  return { order: shuffle ? shuffleInPlace(all, random) : all, repeats: undefined };
}

function drawn(
  rows: Int32Array,
  weights: Float64Array,
  random: () => number,
  groups?: Float64Array,
): RowOrder {
  if (rows.length > 0 && !weights.some((weight) => weight > 0))
    throw new RangeError(`${where}: at least one row must have a weight above 0, got none`);
  const seen = new Int32Array(rows.length);
  const repeats = new Int32Array(rows.length);
  const order = drawByWeight(weights, random, groups).map((index, i) => {
    repeats[i] = seen[index] as number;
    seen[index] = (seen[index] as number) + 1;
    return rows[index] as number;
  });
  return { order, repeats };
}

function checkedWeights(weights: ArrayLike<number>, numRows: number): Float64Array {
  const checked = Float64Array.from(weights);
  if (checked.length !== numRows)
    throw new RangeError(`${where}: weights must be ${numRows}, one a row, got ${checked.length}`);
  checked.forEach((weight, i) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`${where}: weights must be finite numbers ≥ 0, got ${weight} at ${i}`);
  });
  return checked;
}
