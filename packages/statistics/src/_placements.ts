import { ascendingOrder } from "./_ascendingOrder.js";

/** For each image of a class, the share of the other class it wins against, ties as halves. */
export interface Placements {
  /** For each positive the share of negatives with a lower score. `[positives]` */
  readonly ofPositives: Float64Array;
  /** For each negative the share of positives with a higher score. `[negatives]` */
  readonly ofNegatives: Float64Array;
  /** Area under the ROC curve. */
  readonly auc: number;
}

/** Rows of the two classes, in the order given. */
export interface ClassRows {
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
  readonly numMissing: number;
}

/** Sorts rows into classes. */
export function classRows(where: string, labels: ArrayLike<number>): ClassRows {
  const { length } = labels;
  const positives = new Int32Array(length);
  const negatives = new Int32Array(length);
  let m = 0;
  let n = 0;
  for (let i = 0; i < length; i++) {
    const label = labels[i] as number;
    if (label === 1) positives[m++] = i;
    else if (label === 0) negatives[n++] = i;
    else if (!Number.isNaN(label)) {
      throw new RangeError(`${where}: labels must be 1, 0 or NaN, got ${String(label)} at index ${i}`);
    }
  }
  return {
    positives: positives.subarray(0, m),
    negatives: negatives.subarray(0, n),
    numMissing: length - m - n,
  };
}

/**
 * Structural components of the area. The scores are sorted once and swept from below; they are compared as they are,
 * with no tolerance, and wins are counted in whole halves. O(N)
 */
export function placements(
  where: string,
  { positives, negatives }: ClassRows,
  scores: ArrayLike<number>,
): Placements {
  const [m, n] = [positives.length, negatives.length];
  const values = new Float64Array(m + n);
  takeScores(where, scores, positives, values.subarray(0, m));
  takeScores(where, scores, negatives, values.subarray(m));
  const order = ascendingOrder(values);
  const ofPositives = new Float64Array(m);
  const ofNegatives = new Float64Array(n);
  let wins = 0;
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start]!];
    let tiedPositives = 0;
    for (; end < order.length && values[order[end]!] === value; end++) if (order[end]! < m) tiedPositives++;
    const tiedNegatives = end - start - tiedPositives;
    const won = negativesBelow + tiedNegatives / 2;
    const lost = m - positivesBelow - tiedPositives / 2;
    for (let i = start; i < end; i++) {
      const index = order[i]!;
      if (index < m) ofPositives[index] = won / n;
      else ofNegatives[index - m] = lost / m;
    }
    wins += tiedPositives * won;
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
  }
  return { ofPositives, ofNegatives, auc: wins / (m * n) };
}

function takeScores(where: string, scores: ArrayLike<number>, rows: Int32Array, into: Float64Array): void {
  for (let i = 0; i < rows.length; i++) {
    const score = scores[rows[i]!] as number;
    if (!Number.isFinite(score)) {
      throw new RangeError(`${where}: scores must be finite, got ${String(score)} at index ${rows[i]}`);
    }
    into[i] = score;
  }
}

/**
 * DeLong's variance of an area from the components of its placements; of a difference of two areas on the same images
 * from the differences of theirs. NaN where a class has fewer than two images.
 */
export function delongVariance(ofPositives: Float64Array, ofNegatives: Float64Array): number {
  return varianceOfMean(ofPositives) + varianceOfMean(ofNegatives);
}

/** By two passes, the second corrected for what the first rounded. */
function varianceOfMean(values: Float64Array): number {
  const { length } = values;
  if (length < 2) return Number.NaN;
  let mean = 0;
  for (let i = 0; i < length; i++) mean += values[i]!;
  mean /= length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const deviation = values[i]! - mean;
    sum += deviation;
    squares += deviation * deviation;
  }
  return Math.max(0, squares - (sum * sum) / length) / (length - 1) / length;
}
