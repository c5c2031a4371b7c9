import {
  averagePrecision,
  brierScore,
  calibrationCurve,
  classificationMetrics,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  multilabelReport,
  partialRocAuc,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
  thresholdAtSensitivity,
  thresholdAtSpecificity,
  youdenThreshold,
} from "@cxrkit/metrics";

const labels = [0, 0, 1, 1];
const scores = [0.1, 0.4, 0.35, 0.8];

// #region rocAuc
export const auc = rocAuc(labels, scores); // 0.75: three of four pairs are in the right order
// #endregion rocAuc

// #region rocCurve
export const { fpr, tpr, thresholds } = rocCurve(labels, scores);
// fpr 0, 0, 0.5, 0.5, 1; tpr 0, 0.5, 0.5, 1, 1; thresholds ∞, 0.8, 0.4, 0.35, 0.1
// #endregion rocCurve

// #region youdenThreshold
export const point = youdenThreshold(labels, scores); // { threshold: 0.8, sensitivity: 0.5, specificity: 1 }
// #endregion youdenThreshold

// #region confusionMatrix
export const inclusive = confusionMatrix(labels, scores, 0.4); // the score of 0.4 counts: one false positive
export const exclusive = confusionMatrix(labels, scores, 0.4, { inclusive: false }); // it does not: none
// #endregion confusionMatrix

// #region precisionRecallCurve
export const { precision, recall } = precisionRecallCurve(labels, scores);
// precision 1, 1, 0.5, 2/3, 0.5; recall 0, 0.5, 0.5, 1, 1; thresholds ∞, 0.8, 0.4, 0.35, 0.1
// #endregion precisionRecallCurve

// #region averagePrecision
export const average = averagePrecision(labels, scores); // 0.5 · 1 + 0.5 · 2/3 = 0.8333…
// #endregion averagePrecision

// #region partialRocAuc
// Specificity of at least 0.5: sensitivity is 0.5 over all of it, but for the end, so the area is 0.25 of at most 0.5.
export const part = partialRocAuc(labels, scores, { focus: "specificity", range: [0.5, 1] }); // 0.25
export const standardised = partialRocAuc(labels, scores, {
  focus: "specificity",
  range: [0.5, 1],
  standardised: true,
}); // 0.6666…, on the scale where chance is 0.5
// #endregion partialRocAuc

// #region thresholdAtSensitivity
export const screening = thresholdAtSensitivity(labels, scores, 0.95);
// { threshold: 0.35, sensitivity: 1, specificity: 0.5 }
// #endregion thresholdAtSensitivity

// #region thresholdAtSpecificity
export const confirming = thresholdAtSpecificity(labels, scores, 0.95);
// { threshold: 0.8, sensitivity: 0.5, specificity: 1 }
// #endregion thresholdAtSpecificity

// #region classificationMetrics
export const { accuracy, f1, positiveLikelihoodRatio } = classificationMetrics(
  confusionMatrix(labels, scores, 0.5),
);
// 0.75, 0.6666…, and ∞, for there is no false positive
// #endregion classificationMetrics

// #region brierScore
export const squared = brierScore(labels, scores); // (0.1² + 0.4² + 0.65² + 0.2²) / 4 = 0.158125
// #endregion brierScore

// #region logLoss
export const nats = logLoss(labels, scores); // −(ln 0.9 + ln 0.6 + ln 0.35 + ln 0.8) / 4 = 0.4723
// #endregion logLoss

// #region calibrationCurve
export const { predicted, observed, counts } = calibrationCurve(labels, scores, { bins: 2 });
// three images up to 0.5 with a mean of 0.2833 and a share of 1/3; one above, 0.8 and 1
// #endregion calibrationCurve

// #region expectedCalibrationError
export const error = expectedCalibrationError(labels, scores, { bins: 2 }); // 3/4 · 0.05 + 1/4 · 0.2 = 0.0875
// #endregion expectedCalibrationError

// #region multilabelReport
export const report = multilabelReport(
  { data: [0, 1, 0, 0, 1, 1, 1, Number.NaN], rows: 4, columns: 2 },
  { data: [0.1, 0.9, 0.4, 0.2, 0.35, 0.6, 0.8, 0.5], rows: 4, columns: 2 },
  { findings: ["Edema", "Effusion"] },
);
// report.findings[0].rocAuc 0.75, report.findings[1].numMissing 1, report.rocAuc.macro 0.875
// #endregion multilabelReport
