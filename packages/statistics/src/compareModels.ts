import { bootstrapAreas, type FindingAreas } from "./_bootstrapAreas.js";
import { checkComparison } from "./_checkComparison.js";
import { countLabels, type LabelCounts } from "./_countLabels.js";
import { clusterRows, resampleCounts } from "./_resampleCounts.js";
import { summarise } from "./_summarise.js";
import { type AdjustmentMethod, adjustPValues } from "./adjustPValues.js";
import type { AucEstimate, Comparison, Difference, Matrix, PairedDifferences } from "./Comparison.js";
import { seededRandom } from "./seededRandom.js";

/** What {@link compareModels} compares. */
export interface CompareModelsInput {
  /** 1 present, 0 absent, NaN not known: the image is left out for that finding. `[images × findings]` */
  readonly labels: Matrix;
  /** Scores by model's name, higher means more likely present, finite; all of the shape of the labels. */
  readonly models: Readonly<Record<string, Matrix>>;
  /** Names of the columns, unique. */
  readonly findings: readonly string[];
  /** Patient of each image; whole patients are resampled. Left out, each image counts as a patient of its own. `[images]` */
  readonly patients?: ArrayLike<string | number>;
  /**
   * Stratum of each image, such as its hospital: as many patients are drawn in each as it has. One for all images of a
   * patient. Left out, all are drawn together. `[images]`
   */
  readonly strata?: ArrayLike<string | number>;
}

/** Options of {@link compareModels}. */
export interface CompareModelsOptions {
  /** Seed of the resamples; the same seed gives the same digits on every machine. */
  readonly seed: number;
  /** Number of resamples, an integer ≥ 1. @defaultValue `1000` */
  readonly replicates?: number;
  /** Nominal coverage of the intervals, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
  /** Correction for the number of tests. @defaultValue `"bh"` */
  readonly adjustment?: AdjustmentMethod;
  /**
   * What becomes of a resample without one of the classes of a finding: it is left out for that finding and the macro
   * mean and counted (`skip`), replaced by another for all findings (`redraw`), or an error (`throw`).
   * @defaultValue `"skip"`
   */
  readonly oneClass?: "skip" | "redraw" | "throw";
  /** Whether the areas of all replicates are part of the result. @defaultValue `false` */
  readonly keepReplicates?: boolean;
  /** How the numbers are made; `corrected` is what this page describes. @defaultValue `"corrected"` */
  readonly protocol?: "corrected";
  /** Told every few replicates how many are done; what it throws ends the comparison. */
  readonly onReplicate?: (done: number, replicates: number) => void;
}

/**
 * AUROC of every model for every finding and on average, and the differences of every two models, with intervals and p
 * values from a paired bootstrap: each resample of the patients is the same for all models and findings.
 *
 * Percentile intervals (quantiles of type 7). The p value of a difference is twice the smaller part of the replicates
 * on either side of 0, the resample at hand counted in. A replicate in which a class of a finding was not drawn says
 * nothing about that finding, nor about the macro mean: it is left out there (see `oneClass`), and `numReplicates` says
 * how many remain. A finding of one class only has NaN throughout and is not in the macro mean.
 *
 * @param input - Labels, scores, names of the findings, and patients.
 * @param options - Seed, number of resamples, coverage, correction.
 * @returns Estimates by model, differences by pair, and how they were made.
 * @throws RangeError if shapes differ, a label is not 1, 0 or NaN, a score is not finite, names repeat, or an option is
 * out of range.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; Davison & Hinkley (1997), section 4.2;
 * Hanley & McNeil (1982) for the area.
 * @example {@includeCode ../example/statistics.example.ts#compareModels}
 */
export function compareModels(input: CompareModelsInput, options: CompareModelsOptions): Comparison {
  const { seed, replicates = 1000, coverage = 0.95, adjustment = "bh" } = options;
  checkComparison(input, { ...options, replicates, coverage });
  const random = seededRandom(seed);
  const { labels, models, findings, patients, strata } = input;
  const counts = countLabels(labels, findings);
  const clusters = clusterRows(labels.rows, patients, strata);
  const draw = resampleCounts(clusters, random);
  const { areas, numRedrawn } = bootstrapAreas(input, counts, draw, { ...options, replicates });

  const names = Object.keys(models);
  const estimates = areas.map((model) => model.map((area, k) => estimate(counts[k]!, area, coverage)));
  const pairs = names.flatMap((a, i) =>
    names.slice(i + 1).map((b, j) => {
      const second = areas[i + 1 + j]!;
      return { a, b, rows: areas[i]!.map((area, k) => difference(counts[k]!, area, second[k]!, coverage)) };
    }),
  );
  return {
    models: Object.fromEntries(
      names.map((name, m) => [
        name,
        { perFinding: estimates[m]!.slice(0, -1), macro: estimates[m]!.at(-1)! },
      ]),
    ),
    pairs: adjust(pairs, adjustment),
    method: {
      replicates,
      seed,
      coverage,
      resampled: patients === undefined ? "images" : "patients",
      numResampled: clusters.count,
      numStrata: clusters.strata?.length ?? 1,
      numRedrawn,
      adjustment,
    },
    ...(options.keepReplicates === true ? { replicates: replicateMatrices(names, areas) } : {}),
  };
}

/** A row a replicate, a column a finding and one for the macro mean. */
function replicateMatrices(
  names: readonly string[],
  areas: readonly (readonly FindingAreas[])[],
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

function estimate(
  counts: LabelCounts,
  { observed, replicates }: FindingAreas,
  coverage: number,
): AucEstimate {
  const { pValue: _, pValueError: __, ...summary } = summarise(replicates, coverage);
  return { ...counts, estimate: observed, ...summary };
}

function difference(
  { finding }: LabelCounts,
  a: FindingAreas,
  b: FindingAreas,
  coverage: number,
): Omit<Difference, "adjustedPValue"> {
  const { mean: _, ...summary } = summarise(
    a.replicates.map((area, i) => area - b.replicates[i]!),
    coverage,
  );
  return { finding, difference: a.observed - b.observed, ...summary };
}

/** Findings of all pairs are one family of tests, macro means another. */
function adjust(
  pairs: readonly { a: string; b: string; rows: readonly Omit<Difference, "adjustedPValue">[] }[],
  method: AdjustmentMethod,
): PairedDifferences[] {
  const perFinding = pairs.map(({ rows }) => rows.slice(0, -1));
  const macros = pairs.map(({ rows }) => rows.at(-1)!);
  const ofFindings = adjustPValues(
    perFinding.flat().map(({ pValue }) => pValue),
    method,
  );
  const ofMacros = adjustPValues(
    macros.map(({ pValue }) => pValue),
    method,
  );
  let next = 0;
  return pairs.map(({ a, b }, i) => ({
    a,
    b,
    perFinding: perFinding[i]!.map((row) => ({ ...row, adjustedPValue: ofFindings[next++]! })),
    macro: { ...macros[i]!, adjustedPValue: ofMacros[i]! },
  }));
}
