import { shuffleInPlace } from "./_random.js";

/**
 * Draws as many indices as there are weights, in random order: index i comes ⌊x⌋ or ⌈x⌉ times, where x is its share of
 * the weights times their number; so do all indices of one group together, up to one (systematic sampling of a list that is
 * shuffled, then ordered by group).
 *
 * @param weights - Numbers ≥ 0, at least one above 0.
 * @param groups - Number of each index's group; by default the indices of one weight are one.
 * @see Madow (1949), On the theory of systematic sampling, II, Ann. Math. Stat. 20, 333–354.
 */
export function drawByWeight(
  weights: Float64Array,
  random: () => number,
  groups: Float64Array = weights,
): Int32Array {
  const length = weights.length;
  const order = shuffleInPlace(
    Int32Array.from({ length }, (_, i) => i),
    random,
  ).sort((a, b) => (groups[a] as number) - (groups[b] as number));
  let total = 0;
  for (const index of order) total += weights[index] as number;
  const drawn = new Int32Array(length);
  const offset = random();
  let numDrawn = 0;
  let sum = 0;
  let lastWithWeight = 0;
  for (const index of order) {
    const weight = weights[index] as number;
    if (weight === 0) continue;
    lastWithWeight = index;
    sum += weight;
    for (const end = (sum / total) * length; numDrawn < length && numDrawn + offset < end; numDrawn++)
      drawn[numDrawn] = index;
  }
  // The sum of the shares may end a last bit short of 1.
  drawn.fill(lastWithWeight, numDrawn);
  return shuffleInPlace(drawn, random);
}

/** Weights under which rows with label 1 and rows with label 0 come equally often, those with NaN never; and these groups. */
export function balancingWeights(labels: ArrayLike<number>): {
  readonly weights: Float64Array;
  readonly groups: Float64Array;
} {
  const groups = Float64Array.from(labels, (label) => (Number.isNaN(label) ? -1 : label));
  const counts = [0, 1].map((label) => groups.filter((group) => group === label).length);
  const weights = groups.map((group) => (group < 0 ? 0 : 1 / (counts[group] as number)));
  return { weights, groups };
}
