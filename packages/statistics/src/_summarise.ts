import { mean, sampleStandardDeviation } from "simple-statistics";
import { bcaLevels, quantile } from "./_bcaLevels.js";

/** One measure of one model for one finding, or its macro mean. */
export interface FindingReplicates {
  /** On the images as they are. */
  readonly observed: number;
  /** On each resample; NaN where a class was not drawn. */
  readonly replicates: Float64Array;
  /** Without each of the patients, for BCa intervals; empty for others. */
  readonly leftOut: Float64Array;
}

/** How replicates are summed up. */
export interface SummaryOptions {
  readonly coverage: number;
  readonly interval: "percentile" | "basic" | "bca";
  /** Patients of each stratum, as indices of `leftOut`; undefined where all are drawn together. */
  readonly strata: readonly Int32Array[] | undefined;
}

/** Moments and percentile interval of those replicates that could be computed. */
export interface ReplicateSummary {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly lower: number;
  readonly upper: number;
  readonly pValue: number;
  readonly pValueError: number;
  readonly numReplicates: number;
}

/** Means of areas that are equal by their fractions may differ by this much through rounding; pairs of images differ by more. */
const ROUNDING = 1e-14;

/**
 * Sums up replicates, those that are NaN left out.
 *
 * The p value is that of the hypothesis 0, two-sided, with the resample at hand counted as one more replicate on either
 * side (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 4.2): never 0.
 */
export function summarise(
  { observed, replicates, leftOut }: FindingReplicates,
  { coverage, interval, strata }: SummaryOptions,
): ReplicateSummary {
  const sorted = Array.from(replicates.filter((value) => !Number.isNaN(value)).sort());
  const numReplicates = sorted.length;
  if (numReplicates === 0) return { ...nothing, numReplicates };
  const tail = (1 - coverage) / 2;
  const levels =
    interval === "bca"
      ? bcaLevels(sorted, observed, leftOutByStratum(leftOut, strata), tail)
      : [tail, 1 - tail];
  const [low, high] = levels.map((level) => quantile(sorted, level)) as [number, number];
  const numAtMost = sorted.filter((value) => value <= ROUNDING).length;
  const numAtLeast = sorted.filter((value) => value >= -ROUNDING).length;
  const pValue = Math.min(1, (2 * (Math.min(numAtMost, numAtLeast) + 1)) / (numReplicates + 1));
  return {
    mean: mean(sorted),
    standardDeviation: numReplicates > 1 ? sampleStandardDeviation(sorted) : Number.NaN,
    lower: interval === "basic" ? 2 * observed - high : low,
    upper: interval === "basic" ? 2 * observed - low : high,
    pValue,
    // Twice a share of a binomial number.
    pValueError: 2 * Math.sqrt(((pValue / 2) * (1 - pValue / 2)) / numReplicates),
    numReplicates,
  };
}

function leftOutByStratum(leftOut: Float64Array, strata: readonly Int32Array[] | undefined): number[][] {
  const groups = strata?.map((patients) => Array.from(patients, (patient) => leftOut[patient]!));
  return (groups ?? [Array.from(leftOut)]).map((values) => values.filter((value) => !Number.isNaN(value)));
}

const nothing = {
  mean: Number.NaN,
  standardDeviation: Number.NaN,
  lower: Number.NaN,
  upper: Number.NaN,
  pValue: Number.NaN,
  pValueError: Number.NaN,
};
