import { standardDeviation } from "simple-statistics";
import type { FindingReplicates } from "./_summarise.js";

/** What the study's own evaluation called significant. */
const level = 0.05;

/** Means of equal areas may differ by this much through rounding; that is no lead. */
const ROUNDING = 1e-14;

/**
 * The published p value and the standard error that the number of replicates leaves it: the share of replicates in which
 * A is not strictly better and, where that is above 0.05, the share in which B is not, if that is at most 0.05.
 * One-sided, looked at twice, 0 where no replicate disagrees. Replicates that are NaN are left out.
 */
export function publishedPValue(
  a: Float64Array,
  b: Float64Array,
): { readonly pValue: number; readonly pValueError: number } {
  const leads = a.map((value, i) => value - b[i]!).filter((lead) => !Number.isNaN(lead));
  const count = leads.length;
  const first = (count - leads.filter((lead) => lead > ROUNDING).length) / count;
  const second = (count - leads.filter((lead) => lead < -ROUNDING).length) / count;
  const pValue = first > level && second <= level ? second : first;
  return { pValue, pValueError: Math.sqrt((pValue * (1 - pValue)) / count) };
}

/**
 * The published spread: the standard deviation (n, not n − 1) of all replicates of all findings together, so that the
 * difference between findings is part of it; of one finding alone, that of its replicates. NaN are left out.
 */
export function pooledDeviation(findings: readonly FindingReplicates[]): number {
  const values = findings
    .flatMap(({ replicates }) => Array.from(replicates))
    .filter((value) => !Number.isNaN(value));
  return values.length === 0 ? Number.NaN : standardDeviation(values);
}
