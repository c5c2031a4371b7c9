import { mean, sampleStandardDeviation } from "simple-statistics";
import { bcaLevels, quantile } from "./_bcaLevels.js";
import type { FindingReplicates } from "./_bootstrapMeasures.js";

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
  { coverage, interval }: { readonly coverage: number; readonly interval: "percentile" | "basic" | "bca" },
): ReplicateSummary {
  const sorted = Array.from(replicates.filter((value) => !Number.isNaN(value)).sort());
  const numReplicates = sorted.length;
  if (numReplicates === 0) return { ...nothing, numReplicates };
  const tail = (1 - coverage) / 2;
  const levels =
    interval === "bca"
      ? bcaLevels(sorted, observed, Array.from(leftOut.filter((value) => !Number.isNaN(value))), tail)
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

const nothing = {
  mean: Number.NaN,
  standardDeviation: Number.NaN,
  lower: Number.NaN,
  upper: Number.NaN,
  pValue: Number.NaN,
  pValueError: Number.NaN,
};
