import { adjustPairs, type RawDifference, type RawPair } from "./_adjustPairs.js";
import { pooledDeviation, publishedPValue } from "./_asPublished.js";
import type { LabelCounts } from "./_countLabels.js";
import { type FindingReplicates, type SummaryOptions, summarise } from "./_summarise.js";
import type { AdjustmentMethod } from "./adjustPValues.js";
import type { MeasureComparison, MeasureEstimate, PairedDifferences } from "./Comparison.js";

/** How {@link compareMeasure} sums up. */
export interface CompareMeasureOptions extends SummaryOptions {
  readonly adjustment: AdjustmentMethod;
  readonly isAsPublished: boolean;
}

/** Estimates and paired differences of one measure, from its replicates by model and finding. */
export function compareMeasure(
  names: readonly string[],
  counts: readonly LabelCounts[],
  measured: readonly (readonly FindingReplicates[])[],
  options: CompareMeasureOptions,
): MeasureComparison {
  const estimates = measured.map((model) =>
    model.map((values, k) => {
      const record = estimate(counts[k]!, values, options);
      if (!options.isAsPublished) return record;
      const pooled = k === model.length - 1 ? model.slice(0, -1) : [values];
      return { ...record, standardDeviation: pooledDeviation(pooled) };
    }),
  );
  const pairs = names.flatMap((a, i) =>
    names.slice(i + 1).map((b, j): RawPair => {
      const second = measured[i + 1 + j]!;
      const rows = measured[i]!.map((values, k) =>
        difference(counts[k]!.finding, values, second[k]!, options),
      );
      return { a, b, perFinding: rows.slice(0, -1), macro: rows.at(-1)! };
    }),
  );
  return {
    models: Object.fromEntries(
      names.map((name, m) => [
        name,
        { perFinding: estimates[m]!.slice(0, -1), macro: estimates[m]!.at(-1)! },
      ]),
    ),
    // The published correction was given one p value at a time, which leaves each as it is.
    pairs: options.isAsPublished ? pairs.map(unadjusted) : adjustPairs(pairs, options.adjustment),
  };
}

function unadjusted({ a, b, perFinding, macro }: RawPair): PairedDifferences {
  const asItIs = (row: RawDifference) => ({ ...row, adjustedPValue: row.pValue });
  return { a, b, perFinding: perFinding.map(asItIs), macro: asItIs(macro) };
}

function estimate(
  counts: LabelCounts,
  values: FindingReplicates,
  options: CompareMeasureOptions,
): MeasureEstimate {
  const { pValue: _, pValueError: __, ...summary } = summarise(values, options);
  return { ...counts, estimate: values.observed, ...summary };
}

function difference(
  finding: string,
  a: FindingReplicates,
  b: FindingReplicates,
  options: CompareMeasureOptions,
): RawDifference {
  const values = {
    observed: a.observed - b.observed,
    replicates: a.replicates.map((value, i) => value - b.replicates[i]!),
    leftOut: a.leftOut.map((value, i) => value - b.leftOut[i]!),
  };
  const { mean: _, ...summary } = summarise(values, options);
  const record = { finding, difference: values.observed, ...summary };
  if (!options.isAsPublished) return record;
  const standardDeviation = pooledDeviation([values]);
  return { ...record, standardDeviation, ...publishedPValue(a.replicates, b.replicates) };
}
