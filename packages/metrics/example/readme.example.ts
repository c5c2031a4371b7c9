import { confusionMatrix, rocAuc, youdenThreshold } from "@cxrkit/metrics";

const labels = [0, 0, 1, 1, Number.NaN]; // NaN: not known, left out
const scores = [0.1, 0.4, 0.35, 0.8, 0.6];

export const auc = rocAuc(labels, scores); // 0.75
export const { threshold, sensitivity, specificity } = youdenThreshold(labels, scores); // 0.8, 0.5, 1
export const decisions = confusionMatrix(labels, scores, threshold); // { truePositives: 1, falsePositives: 0, … }
