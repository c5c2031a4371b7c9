export { averagePrecision } from "./averagePrecision.js";
export { brierScore } from "./brierScore.js";
export { type CalibrationCurve, type CalibrationCurveOptions, calibrationCurve } from "./calibrationCurve.js";
export { type ClassificationMetrics, classificationMetrics } from "./classificationMetrics.js";
export { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from "./confusionMatrix.js";
export {
  type ExpectedCalibrationErrorOptions,
  expectedCalibrationError,
} from "./expectedCalibrationError.js";
export { logLoss } from "./logLoss.js";
export {
  type AveragedMetric,
  type FindingReport,
  type Matrix,
  type MultilabelReport,
  type MultilabelReportOptions,
  multilabelReport,
} from "./multilabelReport.js";
export { type PartialRocAucOptions, partialRocAuc } from "./partialRocAuc.js";
export { type PrecisionRecallCurve, precisionRecallCurve } from "./precisionRecallCurve.js";
export { rocAuc } from "./rocAuc.js";
export { type RocCurve, type RocCurveOptions, rocCurve } from "./rocCurve.js";
export { thresholdAtSensitivity } from "./thresholdAtSensitivity.js";
export { thresholdAtSpecificity } from "./thresholdAtSpecificity.js";
export { type WorkingPoint, youdenThreshold } from "./youdenThreshold.js";
