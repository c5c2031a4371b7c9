import { delongInterval, delongTest, delongTestUnpaired } from "@cxrkit/statistics";

const labels = [0, 0, 0, 0, 1, 1, 1, 1];
const small = [0.1, 0.4, 0.35, 0.2, 0.3, 0.8, 0.6, 0.25];
const large = [0.1, 0.3, 0.2, 0.4, 0.5, 0.9, 0.7, 0.35];

// #region interval
export const { auc, variance, lower, upper } = delongInterval(labels, small); // 0.75, 0.0416…, 0.349…, 1
// #endregion interval

// #region test
export const { difference, z, pValue } = delongTest(labels, large, small); // 0.1875, 0.842…, 0.399…
// #endregion test

// #region unpaired
export const hospitals = delongTestUnpaired({ labels, scores: small }, { labels, scores: large });
// #endregion unpaired
