/** Values of rows × columns, row-major: rows are images, columns are findings. */
export interface Matrix {
  /** `[rows · columns]` */
  readonly data: ArrayLike<number>;
  /** Number of images. */
  readonly rows: number;
  /** Number of findings. */
  readonly columns: number;
}

/** A measure of one model for one finding, or its macro mean over findings, with its bootstrap interval. */
export interface MeasureEstimate {
  /** The finding, or `macro`. */
  readonly finding: string;
  /** On the images as they are; NaN where a class is empty. */
  readonly estimate: number;
  /** Mean of the replicates. */
  readonly mean: number;
  /** Standard deviation of the replicates (n − 1), the bootstrap's standard error. */
  readonly standardDeviation: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
  /** Images with label 1; for the macro mean their sum over the findings in it. */
  readonly numPositives: number;
  /** Images with label 0; for the macro mean their sum over the findings in it. */
  readonly numNegatives: number;
  /** Images whose label is NaN, left out; for the macro mean their sum over the findings in it. */
  readonly numMissing: number;
  /** Replicates the numbers rest on: those in which both classes were drawn. */
  readonly numReplicates: number;
}

/** The measure of model a minus that of model b, on the same resamples. */
export interface Difference {
  /** The finding, or `macro`. */
  readonly finding: string;
  /** Difference on the images as they are. */
  readonly difference: number;
  /** Standard deviation of the replicates' differences (n − 1). */
  readonly standardDeviation: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
  /** Two-sided bootstrap p value of no difference; never below 2 / (replicates + 1). */
  readonly pValue: number;
  /** Standard error of the p value that the number of replicates leaves. */
  readonly pValueError: number;
  /** `pValue` adjusted over every finding of every pair; macro means are a family of their own, over the pairs. */
  readonly adjustedPValue: number;
  /** Replicates the numbers rest on. */
  readonly numReplicates: number;
}

/** {@link MeasureEstimate} of the area under the ROC curve. */
export type AucEstimate = MeasureEstimate;

/** One model's estimates. */
export interface ModelEstimates {
  /** In the order of the findings. */
  readonly perFinding: readonly MeasureEstimate[];
  /** Unweighted mean over the findings that have both classes. */
  readonly macro: MeasureEstimate;
}

/** Two models on the same images. */
export interface PairedDifferences {
  /** Name of the first model. */
  readonly a: string;
  /** Name of the second, subtracted from the first. */
  readonly b: string;
  /** In the order of the findings. */
  readonly perFinding: readonly Difference[];
  /** Of the macro means. */
  readonly macro: Difference;
}

/** All models by one measure. */
export interface MeasureComparison {
  /** By model's name, in the order given. */
  readonly models: Readonly<Record<string, ModelEstimates>>;
  /** Every pair, in the order given. */
  readonly pairs: readonly PairedDifferences[];
}

/** What {@link compareModels} gives back: models and pairs by the area under the ROC curve, and how it was done. */
export interface Comparison extends MeasureComparison {
  /** The same by each further measure that was asked for; p values are adjusted within each. */
  readonly measures?: Readonly<Record<string, MeasureComparison>>;
  /** How the numbers were made. */
  readonly method: {
    /** Which protocol. */
    readonly protocol: "corrected" | "as-published";
    /** Number of resamples. */
    readonly replicates: number;
    /** Seed of the resamples. */
    readonly seed: number;
    /** Nominal coverage of the intervals. */
    readonly coverage: number;
    /** How the intervals were taken from the replicates. */
    readonly interval: "percentile" | "basic" | "bca";
    /** What was drawn with replacement. */
    readonly resampled: "patients" | "images";
    /** How many of them there are. */
    readonly numResampled: number;
    /** Number of strata in which they were drawn; 1 where all were drawn together. */
    readonly numStrata: number;
    /** Resamples thrown away because a finding had one class in them. */
    readonly numRedrawn: number;
    /** How p values were adjusted; `none` under `as-published`. */
    readonly adjustment: string;
  };
  /**
   * Areas on every resample by model, where `keepReplicates` asked for them: a row a replicate, a column a finding and a
   * last one for the macro mean; NaN where a class was not drawn.
   */
  readonly replicates?: Readonly<Record<string, Matrix>>;
}
