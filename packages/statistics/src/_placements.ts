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
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 1) positives.push(i);
    else if (label === 0) negatives.push(i);
    else if (!Number.isNaN(label)) {
      throw new RangeError(`${where}: labels must be 1, 0 or NaN, got ${String(label)} at index ${i}`);
    }
  }
  const numMissing = labels.length - positives.length - negatives.length;
  return { positives: Int32Array.from(positives), negatives: Int32Array.from(negatives), numMissing };
}

/**
 * Structural components of the area. Each class is sorted once and looked up by bisection, so the work is O(N log N);
 * scores are compared as they are, with no tolerance, and wins are counted in whole halves.
 */
export function placements(
  where: string,
  { positives, negatives }: ClassRows,
  scores: ArrayLike<number>,
): Placements {
  const ofPositives = scoresOf(where, scores, positives);
  const ofNegatives = scoresOf(where, scores, negatives);
  const sortedPositives = ofPositives.slice().sort();
  const sortedNegatives = ofNegatives.slice().sort();
  let wins = 0;
  for (let i = 0; i < ofPositives.length; i++) {
    const won = halvesBelow(sortedNegatives, ofPositives[i]!) / 2;
    wins += won;
    ofPositives[i] = won / negatives.length;
  }
  for (let i = 0; i < ofNegatives.length; i++) {
    ofNegatives[i] =
      (positives.length - halvesBelow(sortedPositives, ofNegatives[i]!) / 2) / positives.length;
  }
  return { ofPositives, ofNegatives, auc: wins / (positives.length * negatives.length) };
}

function scoresOf(where: string, scores: ArrayLike<number>, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const score = scores[rows[i]!] as number;
    if (!Number.isFinite(score)) {
      throw new RangeError(`${where}: scores must be finite, got ${String(score)} at index ${rows[i]}`);
    }
    // Adding 0 makes one zero of both: sorting would set −0 before 0.
    taken[i] = score + 0;
  }
  return taken;
}

/** Twice the number of values below, plus the number of equal ones. */
function halvesBelow(sorted: Float64Array, value: number): number {
  return bisect(sorted, value, false) + bisect(sorted, value, true);
}

/** Number of values below `value`, or with `orEqual` not above it. */
function bisect(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const probe = sorted[middle]!;
    if (probe < value || (orEqual && probe === value)) low = middle + 1;
    else high = middle;
  }
  return low;
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
  for (let i = 0; i < length; i++) mean += values[i]! / length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const deviation = values[i]! - mean;
    sum += deviation;
    squares += deviation * deviation;
  }
  return Math.max(0, squares - (sum * sum) / length) / (length - 1) / length;
}
