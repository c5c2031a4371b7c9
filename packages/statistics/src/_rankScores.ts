import type { Matrix } from "./Comparison.js";

/**
 * Images of one finding in ascending order of one model's score, those without a label left out. A resample of the
 * images changes how often each counts but never their order, so the sorting is done once for all replicates.
 */
export interface RankedScores {
  /** Row of the image and its label: `row << 1 | label`. */
  readonly ranked: Int32Array;
  /**
   * Borders in `ranked`: from border 2i to 2i + 1 no two scores are equal, from 2i + 1 to 2i + 2 all are. Starts with
   * 0, ends with the length.
   */
  readonly borders: Int32Array;
}

/** Sorts the images of one finding (column) by one model's score. */
export function rankScores(labels: Matrix, scores: Matrix, column: number): RankedScores {
  const rows: number[] = [];
  const score = new Float64Array(labels.rows);
  for (let row = 0; row < labels.rows; row++) {
    const label = labels.data[row * labels.columns + column] as number;
    if (Number.isNaN(label)) continue;
    score[row] = scores.data[row * scores.columns + column] as number;
    rows.push(row);
  }
  const ranked = Int32Array.from(rows).sort((a, b) => score[a]! - score[b]!);
  const borders = tieBorders(ranked, score);
  for (let i = 0; i < ranked.length; i++) {
    const row = ranked[i]!;
    ranked[i] = (row << 1) | (labels.data[row * labels.columns + column] as number);
  }
  return { ranked, borders };
}

function tieBorders(ranked: Int32Array, score: Float64Array): Int32Array {
  const borders = [0];
  for (let i = 0; i < ranked.length; ) {
    let end = i + 1;
    while (end < ranked.length && score[ranked[end]!] === score[ranked[i]!]) end++;
    if (end - i > 1) borders.push(i, end);
    i = end;
  }
  borders.push(ranked.length);
  return Int32Array.from(borders);
}
