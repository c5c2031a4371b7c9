import { requirePair, requireSameLength } from "./_splitByClass.js";

/** Refuses what lies outside [0, 1]. */
export function requireFraction(where: string, subject: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${where}: ${subject} must lie in [0, 1], got ${String(value)}`);
  }
}

/** Refuses what is no whole number or less than the least. */
export function requireWholeNumber(where: string, subject: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${where}: ${subject} must be a whole number ≥ ${least}, got ${String(value)}`);
  }
}

/** Refuses a word that is none of those known. */
export function requireOneOf(where: string, subject: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new TypeError(`${where}: ${subject} must be ${known.join(" or ")}, got ${String(value)}`);
  }
}

/** Labels that are known, and the probabilities beside them. */
export interface KnownPairs {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly numMissing: number;
}

/** Checks labels and probabilities and leaves out the pairs whose label is NaN. */
export function knownPairs(where: string, labels: ArrayLike<number>, scores: ArrayLike<number>): KnownPairs {
  requireSameLength(where, labels, scores);
  const knownLabels = new Float64Array(labels.length);
  const knownScores = new Float64Array(labels.length);
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = requirePair(where, labels, scores, i);
    const score = scores[i] as number;
    if (score < 0 || score > 1) {
      throw new RangeError(`${where}: scores must lie in [0, 1], got ${score} at index ${i}`);
    }
    if (Number.isNaN(label)) continue;
    knownLabels[count] = label;
    knownScores[count++] = score;
  }
  return {
    labels: knownLabels.subarray(0, count),
    scores: knownScores.subarray(0, count),
    numMissing: labels.length - count,
  };
}
