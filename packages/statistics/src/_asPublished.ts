import type { FindingReplicates } from "./_bootstrapMeasures.js";

/** What the study's own evaluation called significant. */
const level = 0.05;

/** Means of equal areas may differ by this much through rounding; that is no lead. */
const ROUNDING = 1e-14;

/**
 * The published p value: the share of replicates in which A is not strictly better and, where that is above 0.05, the
 * share in which B is not, if that is at most 0.05. One-sided, looked at twice, 0 where no replicate disagrees.
 */
export function publishedPValue(a: Float64Array, b: Float64Array): number {
  const replicates = a.length;
  let aBetter = 0;
  let bBetter = 0;
  for (let i = 0; i < replicates; i++) {
    const lead = a[i]! - b[i]!;
    if (lead > ROUNDING) aBetter++;
    if (lead < -ROUNDING) bBetter++;
  }
  const first = (replicates - aBetter) / replicates;
  const second = (replicates - bBetter) / replicates;
  return first > level && second <= level ? second : first;
}

/**
 * The published spread: the standard deviation (n, not n − 1) of all replicates of all findings together, so that the
 * difference between findings is part of it; of one finding alone, that of its replicates.
 */
export function pooledDeviation(findings: readonly FindingReplicates[]): number {
  let count = 0;
  let sum = 0;
  for (const { replicates } of findings) {
    for (let i = 0; i < replicates.length; i++) sum += replicates[i]!;
    count += replicates.length;
  }
  const mean = sum / count;
  let squares = 0;
  for (const { replicates } of findings) {
    for (let i = 0; i < replicates.length; i++) squares += (replicates[i]! - mean) ** 2;
  }
  return Math.sqrt(squares / count);
}
