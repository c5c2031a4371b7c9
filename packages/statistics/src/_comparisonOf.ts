import type { BootstrapMeasures, BootstrapWork } from "./_bootstrapMeasures.js";
import { checkComparison } from "./_checkComparison.js";
import { compareMeasure } from "./_compareMeasure.js";
import { countLabels, hasBothClasses, type LabelCounts } from "./_countLabels.js";
import { clusterRows } from "./_resampleCounts.js";
import type { FindingReplicates } from "./_summarise.js";
import type { Comparison, Matrix } from "./Comparison.js";
import type { CompareModelsInput, CompareModelsOptions } from "./compareModels.js";

/** What is to be done for a comparison. */
export interface ComparisonPlan {
  readonly counts: readonly LabelCounts[];
  /** All but the ranked images, which take a while. */
  readonly work: Omit<BootstrapWork, "ranked">;
  readonly replicates: number;
  /** Number of resamples that leave a patient out. */
  readonly numLeftOut: number;
}

/** Checks input and options and numbers the patients. */
export function planComparison(input: CompareModelsInput, options: CompareModelsOptions): ComparisonPlan {
  const { seed, replicates = 1000, coverage = 0.95, protocol = "corrected", measures = [] } = options;
  checkComparison(input, { ...options, replicates, coverage });
  const { labels, findings, strata } = input;
  const isAsPublished = protocol === "as-published";
  const clusters = clusterRows(labels.rows, isAsPublished ? undefined : input.patients, strata);
  const counts = countLabels(labels, findings);
  const work = {
    findings,
    included: findings.flatMap((_, k) => (hasBothClasses(counts[k]!) ? [k] : [])),
    numImages: labels.rows,
    clusters,
    seed,
    oneClass: options.oneClass ?? (isAsPublished ? "throw" : "skip"),
    measures: ["rocAuc", ...measures] as const,
    isAsPublished,
  };
  return { counts, work, replicates, numLeftOut: options.interval === "bca" ? clusters.count : 0 };
}

/** Sums up what was measured on all resamples. */
export function comparisonOf(
  { counts, work, replicates }: ComparisonPlan,
  names: readonly string[],
  options: CompareModelsOptions,
  { observed, replicates: drawn, leftOut, numRedrawn }: BootstrapMeasures,
): Comparison {
  const { seed, coverage = 0.95, adjustment = "bh", interval = "percentile" } = options;
  const { clusters, isAsPublished } = work;
  const measured: readonly (readonly (readonly FindingReplicates[])[])[] = drawn.map((ofMeasure, i) =>
    ofMeasure.map((model, m) =>
      model.map((values, k) => ({
        observed: observed[i]![m]![k]![0]!,
        replicates: values,
        leftOut: leftOut[i]![m]![k]!,
      })),
    ),
  );
  const { strata } = clusters;
  const compare = (i: number) =>
    compareMeasure(names, counts, measured[i]!, { coverage, adjustment, interval, isAsPublished, strata });
  const more = options.measures ?? [];
  return {
    ...compare(0),
    method: {
      protocol: isAsPublished ? "as-published" : "corrected",
      replicates,
      seed,
      coverage,
      interval,
      resampled: clusters.ofRow === undefined ? "images" : "patients",
      numResampled: clusters.count,
      numStrata: strata?.length ?? 1,
      numRedrawn,
      adjustment: isAsPublished ? "none" : adjustment,
    },
    ...(more.length > 0
      ? { measures: Object.fromEntries(more.map((name, i) => [name, compare(i + 1)])) }
      : {}),
    ...(options.keepReplicates === true ? { replicates: replicateMatrices(names, measured[0]!) } : {}),
  };
}

/** A row a replicate, a column a finding and one for the macro mean. */
function replicateMatrices(
  names: readonly string[],
  areas: readonly (readonly FindingReplicates[])[],
): Record<string, Matrix> {
  return Object.fromEntries(
    names.map((name, m) => {
      const columns = areas[m]!;
      const rows = columns[0]!.replicates.length;
      const data = new Float64Array(rows * columns.length);
      columns.forEach(({ replicates }, k) => {
        for (let b = 0; b < rows; b++) data[b * columns.length + k] = replicates[b]!;
      });
      return [name, { data, rows, columns: columns.length }];
    }),
  );
}
