import { knownPairs } from "./_check.js";

/**
 * Brier score: mean squared difference of label and probability. It is a loss, lower is better.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Probabilities of presence, in [0, 1]. `[N]`
 * @returns Loss in [0, 1]; one class is enough; NaN without a known label.
 * @throws RangeError if the lengths differ, a label is something else, or a score lies outside [0, 1], with its index.
 * @see Brier (1950), Monthly Weather Review 78:1–3; half his sum over both classes, as is usual for two.
 * @example
 * {@includeCode ../example/metrics.example.ts#brierScore}
 */
export function brierScore(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const known = knownPairs("brierScore", labels, scores);
  let sum = 0;
  for (let i = 0; i < known.labels.length; i++) {
    sum += ((known.labels[i] as number) - (known.scores[i] as number)) ** 2;
  }
  return sum / known.labels.length;
}
