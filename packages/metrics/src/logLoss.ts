import { knownPairs } from "./_check.js";

/**
 * Logarithmic loss, or binary cross entropy: mean of −ln of the probability given to what was the case. Lower is better.
 *
 * A probability of 0 or 1 is taken as ε or 1 − ε with ε = 2⁻⁵², so that being wrong with certainty costs 36.04 and not
 * infinitely much, and being right with certainty costs 2.2·10⁻¹⁶.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Probabilities of presence, in [0, 1]. `[N]`
 * @returns Loss in nats, > 0; one class is enough; NaN without a known label.
 * @throws RangeError if the lengths differ, a label is something else, or a score lies outside [0, 1], with its index.
 * @see Bishop (2006), Pattern Recognition and Machine Learning, equation 4.90, divided by N; ε is scikit-learn's.
 * @example
 * {@includeCode ../example/metrics.example.ts#logLoss}
 */
export function logLoss(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const known = knownPairs("logLoss", labels, scores);
  let sum = 0;
  for (let i = 0; i < known.labels.length; i++) {
    const score = Math.min(Math.max(known.scores[i] as number, Number.EPSILON), 1 - Number.EPSILON);
    sum -= known.labels[i] === 1 ? Math.log(score) : Math.log1p(-score);
  }
  return sum / known.labels.length;
}
