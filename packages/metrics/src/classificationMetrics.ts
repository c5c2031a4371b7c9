import { requireWholeNumber } from "./_check.js";
import type { ConfusionMatrix } from "./confusionMatrix.js";

/** How good decisions are. Each is NaN where its denominator is 0; none is replaced by 0. */
export interface ClassificationMetrics {
  /** Share of right decisions; NaN without images. */
  readonly accuracy: number;
  /** Mean of sensitivity and specificity; NaN if a class is not there. */
  readonly balancedAccuracy: number;
  /** Positives called positive, over positives: true positive rate, recall; NaN without positives. */
  readonly sensitivity: number;
  /** Negatives called negative, over negatives: true negative rate; NaN without negatives. */
  readonly specificity: number;
  /** Positives among those called positive: precision; NaN where nothing is called positive. */
  readonly positivePredictiveValue: number;
  /** Negatives among those called negative; NaN where nothing is called negative. */
  readonly negativePredictiveValue: number;
  /** Harmonic mean of sensitivity and positive predictive value; NaN where there is no positive and none is called. */
  readonly f1: number;
  /** Correlation of label and decision, in [−1, 1]; NaN if either is always the same. */
  readonly matthewsCorrelation: number;
  /** Agreement beyond chance, at most 1; NaN where all are true positives or all are true negatives. */
  readonly cohenKappa: number;
  /** Sensitivity / (1 − specificity); +Infinity without false positives; NaN for 0 / 0 or if a class is not there. */
  readonly positiveLikelihoodRatio: number;
  /** (1 − sensitivity) / specificity; +Infinity without true negatives; NaN for 0 / 0 or if a class is not there. */
  readonly negativeLikelihoodRatio: number;
}

/**
 * Everything that is usually reported of a confusion matrix.
 *
 * @param counts - The four counts, whole numbers ≥ 0, as {@link confusionMatrix} gives them.
 * @returns Eleven numbers; NaN where undefined, which scikit-learn mostly calls 0.
 * @throws RangeError if a count is negative or not whole.
 * @see Fawcett (2006), figure 1; Matthews (1975), Biochimica et Biophysica Acta 405:442–451; Cohen (1960), Educational
 *   and Psychological Measurement 20:37–46; Deeks & Altman (2004), BMJ 329:168–169 for the likelihood ratios.
 * @example
 * {@includeCode ../example/metrics.example.ts#classificationMetrics}
 */
export function classificationMetrics(counts: Omit<ConfusionMatrix, "numMissing">): ClassificationMetrics {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  for (const [name, count] of Object.entries({
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: tn,
    falseNegatives: fn,
  })) {
    requireWholeNumber("classificationMetrics", name, count, 0);
  }
  const sensitivity = tp / (tp + fn);
  const specificity = tn / (tn + fp);
  const covariance = tp * tn - fp * fn;
  return {
    accuracy: (tp + tn) / (tp + fp + tn + fn),
    balancedAccuracy: (sensitivity + specificity) / 2,
    sensitivity,
    specificity,
    positivePredictiveValue: tp / (tp + fp),
    negativePredictiveValue: tn / (tn + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    matthewsCorrelation: covariance / (Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn))),
    cohenKappa: (2 * covariance) / ((tp + fp) * (tn + fp) + (tp + fn) * (tn + fn)),
    positiveLikelihoodRatio: sensitivity / (fp / (tn + fp)),
    negativeLikelihoodRatio: fn / (tp + fn) / specificity,
  };
}
