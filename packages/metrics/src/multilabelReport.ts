import { requireMatrices } from "./_requireMatrices.js";
import { averagePrecision } from "./averagePrecision.js";
import { brierScore } from "./brierScore.js";
import { type ClassificationMetrics, classificationMetrics } from "./classificationMetrics.js";
import { confusionMatrix } from "./confusionMatrix.js";
import { rocAuc } from "./rocAuc.js";
import { youdenThreshold } from "./youdenThreshold.js";

/** Values of rows × columns, row-major: rows are images, columns are findings. */
export interface Matrix {
  /** `[rows · columns]` */
  readonly data: ArrayLike<number>;
  /** Number of images. */
  readonly rows: number;
  /** Number of findings. */
  readonly columns: number;
}

/** Options of {@link multilabelReport}. */
export interface MultilabelReportOptions {
  /** Names of the columns, all different. `[K]` */
  readonly findings: readonly string[];
  /**
   * Scores of at least this count as positive; NaN leaves the decisions of a finding out. `[K]`
   *
   * @defaultValue Youden's threshold of each finding, chosen on these very images, which flatters
   */
  readonly thresholds?: ArrayLike<number>;
}

/** One finding. */
export interface FindingReport extends ClassificationMetrics {
  /** Its name. */
  readonly finding: string;
  /** Images with label 1. */
  readonly numPositives: number;
  /** Images with label 0. */
  readonly numNegatives: number;
  /** Images left out because their label is NaN. */
  readonly numMissing: number;
  /** Area under the ROC curve; NaN if only one class is there. */
  readonly rocAuc: number;
  /** Average precision; NaN if only one class is there. */
  readonly averagePrecision: number;
  /** Mean squared difference of label and score; NaN if a score of the finding lies outside [0, 1]. */
  readonly brierScore: number;
  /** The threshold of the decisions; NaN, as are their metrics, if none is given and only one class is there. */
  readonly threshold: number;
}

/** Averages of a metric over findings. */
export interface AveragedMetric {
  /** Mean over the findings with both classes; NaN if there is none. */
  readonly macro: number;
  /** The metric of all pairs of all findings thrown together; NaN if only one class is there. */
  readonly micro: number;
  /** Mean over the findings with both classes, weighted by their positives; NaN if there is none. */
  readonly weighted: number;
}

/** Result of {@link multilabelReport}. */
export interface MultilabelReport {
  /** In the order of the columns. */
  readonly findings: readonly FindingReport[];
  /** Averages of the areas under the ROC curves. */
  readonly rocAuc: AveragedMetric;
  /** Averages of the average precisions. */
  readonly averagePrecision: AveragedMetric;
  /** Number of findings in the macro and weighted averages. */
  readonly numFindings: number;
  /** Findings with one class only, which are in neither of them. */
  readonly leftOut: readonly string[];
  /** Number of images × findings in the micro averages. */
  readonly numPairs: number;
  /** Number of images × findings left out because the label is NaN. */
  readonly numMissing: number;
}

/**
 * Every metric of every finding of a multilabel model, and the averages over findings.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are left out and counted. `[N, K]`
 * @param scores - Higher means more likely present; finite. `[N, K]`
 * @param options - Names of the findings, and thresholds chosen elsewhere.
 * @returns A record for each finding, the averages, and what they leave out.
 * @throws RangeError if shapes or numbers of names differ, a name occurs twice, or a label or score is out of range, with
 *   its row and finding.
 * @see Averages as in scikit-learn's `roc_auc_score(average=…)`, which has no value where a finding has one class only.
 * @example
 * {@includeCode ../example/metrics.example.ts#multilabelReport}
 */
export function multilabelReport(
  labels: Matrix,
  scores: Matrix,
  { findings, thresholds }: MultilabelReportOptions,
): MultilabelReport {
  requireMatrices("multilabelReport", labels, scores, findings, thresholds);
  const reports = findings.map((finding, k) =>
    reportFinding(finding, columnOf(labels, k), columnOf(scores, k), thresholds?.[k]),
  );
  const included = reports.filter(({ numPositives, numNegatives }) => numPositives > 0 && numNegatives > 0);
  const average = (metric: "rocAuc" | "averagePrecision", micro: number): AveragedMetric => ({
    macro: weightedMean(included, metric, () => 1),
    micro,
    weighted: weightedMean(included, metric, ({ numPositives }) => numPositives),
  });
  const numMissing = reports.reduce((sum, report) => sum + report.numMissing, 0);
  return {
    findings: reports,
    rocAuc: average("rocAuc", rocAuc(labels.data, scores.data)),
    averagePrecision: average("averagePrecision", averagePrecision(labels.data, scores.data)),
    numFindings: included.length,
    leftOut: reports.filter((report) => !included.includes(report)).map(({ finding }) => finding),
    numPairs: labels.data.length - numMissing,
    numMissing,
  };
}

function columnOf({ data, rows, columns }: Matrix, k: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * columns + k] as number);
}

function weightedMean(
  reports: readonly FindingReport[],
  metric: "rocAuc" | "averagePrecision",
  weightOf: (report: FindingReport) => number,
): number {
  let sum = 0;
  let weights = 0;
  for (const report of reports) {
    sum += weightOf(report) * report[metric];
    weights += weightOf(report);
  }
  return sum / weights;
}

function reportFinding(
  finding: string,
  labels: Float64Array,
  scores: Float64Array,
  given: number | undefined,
): FindingReport {
  const threshold = given ?? youdenThreshold(labels, scores).threshold;
  const decided = Number.isNaN(threshold)
    ? { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
    : confusionMatrix(labels, scores, threshold);
  const numPositives = labels.filter((label) => label === 1).length;
  const numNegatives = labels.filter((label) => label === 0).length;
  const areProbabilities = scores.every((score) => score >= 0 && score <= 1);
  return {
    finding,
    numPositives,
    numNegatives,
    numMissing: labels.length - numPositives - numNegatives,
    rocAuc: rocAuc(labels, scores),
    averagePrecision: averagePrecision(labels, scores),
    brierScore: areProbabilities ? brierScore(labels, scores) : Number.NaN,
    threshold,
    ...classificationMetrics(decided),
  };
}
