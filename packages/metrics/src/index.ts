export { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from "./confusionMatrix.js";
export { rocAuc } from "./rocAuc.js";
export { type RocCurve, type RocCurveOptions, rocCurve } from "./rocCurve.js";
export { type WorkingPoint, youdenThreshold } from "./youdenThreshold.js";
