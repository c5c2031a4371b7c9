import { confusionMatrix, rocAuc, rocCurve, youdenThreshold } from "@cxrkit/metrics";

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
