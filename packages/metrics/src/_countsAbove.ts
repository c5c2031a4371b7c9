import { splitByClass } from "./_splitByClass.js";

/** How many images of each class score at least each threshold: the first is +Infinity, then each distinct score, descending. */
export interface CountsAbove {
  readonly thresholds: readonly number[];
  readonly truePositives: readonly number[];
  readonly falsePositives: readonly number[];
  readonly numPositives: number;
  readonly numNegatives: number;
}

/** Walks down the sorted scores of both classes at once. Every curve and every working point is read from these counts. */
export function countsAbove(
  where: string,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): CountsAbove {
  const { positives, negatives } = splitByClass(where, labels, scores);
  let p = positives.length;
  let n = negatives.length;
  const thresholds = [Number.POSITIVE_INFINITY];
  const truePositives = [0];
  const falsePositives = [0];
  while (p > 0 || n > 0) {
    const score = Math.max(
      positives[p - 1] ?? Number.NEGATIVE_INFINITY,
      negatives[n - 1] ?? Number.NEGATIVE_INFINITY,
    );
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
    truePositives.push(positives.length - p);
    falsePositives.push(negatives.length - n);
    thresholds.push(score);
  }
  return {
    thresholds,
    truePositives,
    falsePositives,
    numPositives: positives.length,
    numNegatives: negatives.length,
  };
}
