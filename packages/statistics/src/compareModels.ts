import { bootstrapMeasures } from "./_bootstrapMeasures.js";
import { comparisonOf, planComparison } from "./_comparisonOf.js";
import { rankModels } from "./_meter.js";
import type { AdjustmentMethod } from "./adjustPValues.js";
import type { Comparison, Matrix } from "./Comparison.js";

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

/** What {@link compareModels} can compare besides the area under the ROC curve. */
export type ComparedMeasure = "averagePrecision" | "accuracy" | "sensitivity" | "specificity" | "f1";

/**
 * Threshold of decisions: fitted anew to each resample by the greatest Youden index, or frozen at values by model, one a
 * finding. A score equal to it counts as positive.
 */
export type ThresholdPolicy = "refit-youden" | FrozenThresholds;

/** Thresholds that were fitted on other images. */
export interface FrozenThresholds {
  /** By model's name, one a finding. */
  readonly frozen: Readonly<Record<string, ArrayLike<number>>>;
}

/** Options of {@link compareModels}. */
export interface CompareModelsOptions {
  /** Seed of the resamples: the same on every machine, and so the same digits, but for the last of `bca` intervals. */
  readonly seed: number;
  /** Number of resamples, an integer ≥ 1. @defaultValue `1000` */
  readonly replicates?: number;
  /** Nominal coverage of the intervals, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
  /**
   * `percentile` takes quantiles of the replicates, `basic` mirrors them at the estimate, `bca` corrects them for bias
   * and for a spread that changes with the estimate, for as many more resamples as there are patients: the one to take
   * where a finding has fewer than some 50 positives.
   * @defaultValue `"percentile"`
   */
  readonly interval?: "percentile" | "basic" | "bca";
  /** What to compare besides the area; they come under `measures`. @defaultValue none */
  readonly measures?: readonly ComparedMeasure[];
  /** Threshold of accuracy, sensitivity, specificity and F1; needed for those. */
  readonly threshold?: ThresholdPolicy;
  /** Correction for the number of tests. @defaultValue `"bh"` */
  readonly adjustment?: AdjustmentMethod;
  /**
   * What becomes of a resample without one of the classes of a finding: it is left out for that finding and the macro
   * mean and counted (`skip`), replaced by another for all findings (`redraw`), or an error (`throw`).
   * @defaultValue `"skip"`
   */
  readonly oneClass?: "skip" | "redraw" | "throw";
  /** Whether the areas under the ROC curve of all replicates are part of the result. @defaultValue `false` */
  readonly keepReplicates?: boolean;
  /**
   * How the numbers are made. `as-published` repeats the evaluation of the published study, faults included, so that its
   * numbers can be understood; see the README for what differs and why. Then images are drawn whatever `patients` says,
   * `oneClass` is `throw` unless set, the threshold is always `refit-youden`, and `adjustment` is not used.
   * @defaultValue `"corrected"`
   */
  readonly protocol?: "corrected" | "as-published";
  /**
   * Told every few resamples how many are done and how many there will be, those that `bca` adds included; what it
   * throws ends the comparison.
   */
  readonly onReplicate?: (done: number, total: number) => void;
  /**
   * Ends the comparison with its reason. Nothing else runs while this function does, so only `onReplicate` can abort
   * it; {@link compareModelsInWorkers} leaves room for others.
   */
  readonly signal?: AbortSignal;
}

/**
 * AUROC of every model for every finding and on average, and the differences of every two models, with intervals and p
 * values from a paired bootstrap: each resample of the patients is the same for all models and findings.
 *
 * Intervals are percentile (quantiles of type 7) unless asked otherwise. The p value of a difference is twice the smaller
 * part of the replicates on either side of 0, the resample at hand counted in. A replicate in which a class of a finding
 * was not drawn says nothing about that finding, nor about the macro mean: it is left out there (see `oneClass`), and
 * `numReplicates` says how many remain. A finding of one class only has NaN throughout and is not in the macro mean.
 *
 * @param input - Labels, scores, names of the findings, and patients.
 * @param options - Seed, number of resamples, coverage, correction.
 * @returns Estimates by model, differences by pair, and how they were made.
 * @throws RangeError if shapes differ, a label is not 1, 0 or NaN, a score is not finite, names repeat, or an option is
 * out of range; the signal's reason if it is aborted.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; Davison & Hinkley (1997), section 4.2 for p
 * values, eq. 5.6 for the basic interval; Efron & Tibshirani (1993), section 14.3 for BCa; Hanley & McNeil (1982) for
 * the area.
 * @example
 * {@includeCode ../example/statistics.example.ts#compareModels}
 */
export function compareModels(input: CompareModelsInput, options: CompareModelsOptions): Comparison {
  const { onReplicate, signal } = options;
  const plan = planComparison(input, options);
  const { replicates, numLeftOut } = plan;
  signal?.throwIfAborted();
  const work = { ...plan.work, ranked: rankModels(input, options.threshold) };
  const share = { replicates: [0, replicates], leftOut: [0, numLeftOut] } as const;
  const measured = bootstrapMeasures(work, share, (done) => {
    onReplicate?.(done, replicates + numLeftOut);
    signal?.throwIfAborted();
  });
  return comparisonOf(plan, Object.keys(input.models), options, measured);
}
