import { pooledDeviation, publishedPValue } from "./_asPublished.js";
import type { FindingReplicates } from "./_bootstrapMeasures.js";
import type { LabelCounts } from "./_countLabels.js";
import { summarise } from "./_summarise.js";
import { type AdjustmentMethod, adjustPValues } from "./adjustPValues.js";
import type { Difference, MeasureComparison, MeasureEstimate, PairedDifferences } from "./Comparison.js";

/** How {@link compareMeasure} sums up. */
export interface CompareMeasureOptions {
  readonly coverage: number;
  readonly interval: "percentile" | "basic" | "bca";
  readonly adjustment: AdjustmentMethod;
  readonly isAsPublished: boolean;
}

type RawDifference = Omit<Difference, "adjustedPValue">;

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
    names.slice(i + 1).map((b, j) => {
      const second = measured[i + 1 + j]!;
      return {
        a,
        b,
        rows: measured[i]!.map((values, k) => difference(counts[k]!.finding, values, second[k]!, options)),
      };
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
    pairs: options.isAsPublished
      ? pairs.map(({ a, b, rows }) => {
          const all = rows.map((row) => ({ ...row, adjustedPValue: row.pValue }));
          return { a, b, perFinding: all.slice(0, -1), macro: all.at(-1)! };
        })
      : adjust(pairs, options.adjustment),
  };
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

/** Findings of all pairs are one family of tests, macro means another. */
function adjust(
  pairs: readonly { readonly a: string; readonly b: string; readonly rows: readonly RawDifference[] }[],
  method: AdjustmentMethod,
): PairedDifferences[] {
  const perFinding = pairs.map(({ rows }) => rows.slice(0, -1));
  const macros = pairs.map(({ rows }) => rows.at(-1)!);
  const pValues = (rows: readonly RawDifference[]) => rows.map(({ pValue }) => pValue);
  const ofFindings = adjustPValues(pValues(perFinding.flat()), method);
  const ofMacros = adjustPValues(pValues(macros), method);
  let next = 0;
  return pairs.map(({ a, b }, i) => ({
    a,
    b,
    perFinding: perFinding[i]!.map((row) => ({ ...row, adjustedPValue: ofFindings[next++]! })),
    macro: { ...macros[i]!, adjustedPValue: ofMacros[i]! },
  }));
}
