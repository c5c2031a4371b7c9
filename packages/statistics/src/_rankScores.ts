import { ascendingOrder } from "./_ascendingOrder.js";
import type { Matrix } from "./Comparison.js";

/**
 * Images of one finding in ascending order of one model's score, those without a label left out. A resample of the
 * images changes how often each counts but never their order, so the sorting is done once for all replicates.
 */
export interface RankedImages {
  /** Row of the image and its label: `row << 1 | label`. */
  readonly ranked: Int32Array;
  /**
   * Borders in `ranked`: from border 2i to 2i + 1 no two scores are equal, from 2i + 1 to 2i + 2 all are. Starts with
   * 0, ends with the length.
   */
  readonly borders: Int32Array;
  /** The same for those runs of equal scores only that have both classes; a run of one class wins and loses as if untied. */
  readonly mixedBorders: Int32Array;
}

/** The same, and the scores. */
export interface RankedScores extends RankedImages {
  /** The scores in that order. */
  readonly scores: Float64Array;
}

/** Sorts the images of one finding (column) by one model's score. */
export function rankScores(labels: Matrix, scores: Matrix, column: number): RankedScores {
  const { data, rows: numRows, columns } = labels;
  const rows = new Int32Array(numRows);
  const score = new Float64Array(numRows);
  let known = 0;
  for (let row = 0; row < numRows; row++) {
    if (Number.isNaN(data[row * columns + column])) continue;
    score[known] = scores.data[row * columns + column] as number;
    rows[known++] = row;
  }
  const ranked = ascendingOrder(score.subarray(0, known));
  const sorted = new Float64Array(known);
  for (let i = 0; i < known; i++) sorted[i] = score[ranked[i]!]!;
  for (let i = 0; i < ranked.length; i++) {
    const row = rows[ranked[i]!]!;
    ranked[i] = (row << 1) | (data[row * columns + column] as number);
  }
  return { ranked, ...tieBorders(ranked, sorted), scores: sorted };
}

function tieBorders(
  ranked: Int32Array,
  sorted: Float64Array,
): Pick<RankedImages, "borders" | "mixedBorders"> {
  const { length } = sorted;
  const borders = [0];
  const mixedBorders = [0];
  for (let start = 0, end = 0; start < length; start = end) {
    let positives = 0;
    for (; end < length && sorted[end] === sorted[start]; end++) positives += ranked[end]! & 1;
    if (end - start === 1) continue;
    borders.push(start, end);
    if (positives > 0 && positives < end - start) mixedBorders.push(start, end);
  }
  borders.push(length);
  mixedBorders.push(length);
  return { borders: Int32Array.from(borders), mixedBorders: Int32Array.from(mixedBorders) };
}
