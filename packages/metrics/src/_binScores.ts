import { knownPairs, requireOneOf, requireWholeNumber } from "./_check.js";
import { sortAscending } from "./_sortAscending.js";
import type { CalibrationCurve, CalibrationCurveOptions } from "./calibrationCurve.js";

/** Mean score and share of positives in each bin that is not empty. */
export function binScores(
  where: string,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { bins = 10, strategy = "uniform" }: CalibrationCurveOptions,
): CalibrationCurve {
  requireWholeNumber(where, "bins", bins, 1);
  requireOneOf(where, "strategy", strategy, ["uniform", "quantile"]);
  const known = knownPairs(where, labels, scores);
  const edges = strategy === "uniform" ? uniformEdges(bins) : quantileEdges(known.scores, bins);
  const sums = new Float64Array(bins);
  const numPositives = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (let i = 0; i < known.scores.length; i++) {
    const score = known.scores[i] as number;
    const bin = binOf(score, edges);
    sums[bin]! += score;
    numPositives[bin]! += known.labels[i] as number;
    counts[bin]!++;
  }
  const filled = [...counts.keys()].filter((bin) => (counts[bin] as number) > 0);
  return {
    predicted: Float64Array.from(filled, (bin) => (sums[bin] as number) / (counts[bin] as number)),
    observed: Float64Array.from(filled, (bin) => (numPositives[bin] as number) / (counts[bin] as number)),
    counts: Float64Array.from(filled, (bin) => counts[bin] as number),
    numMissing: known.numMissing,
  };
}

/** Multiples of the rounded width, as NumPy's `linspace` has them, so that a score on an edge falls where it does there. */
function uniformEdges(bins: number): Float64Array {
  return Float64Array.from({ length: bins - 1 }, (_, i) => (i + 1) * (1 / bins));
}

/** Quantiles of type 7, by the arithmetic of NumPy's `percentile`, whose rounding decides about a score on an edge. */
function quantileEdges(scores: Float64Array, bins: number): Float64Array {
  if (scores.length === 0) return new Float64Array(bins - 1);
  const sorted = sortAscending(Float64Array.from(scores));
  return uniformEdges(bins).map((fraction) => {
    const position = (sorted.length - 1) * ((fraction * 100) / 100);
    const below = Math.floor(position);
    const lower = sorted[below] as number;
    const upper = sorted[Math.min(below + 1, sorted.length - 1)] as number;
    const part = position - below;
    return part < 0.5 ? lower + (upper - lower) * part : upper - (upper - lower) * (1 - part);
  });
}

/** How many edges lie below the score: an edge belongs to the bin that it closes. */
function binOf(score: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}
