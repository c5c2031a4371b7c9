import { rocAuc, youdenThreshold } from "@cxrkit/metrics";
import { compareModels } from "@cxrkit/statistics";

const labels = { data: [0, 0, 1, 1, 0, 1], rows: 6, columns: 1 }; // images × findings; 1, 0, or NaN: not known
const models = {
  supervised: { data: [0.1, 0.4, 0.35, 0.8, 0.3, 0.6], rows: 6, columns: 1 },
  selfSupervised: { data: [0.2, 0.1, 0.7, 0.9, 0.3, 0.8], rows: 6, columns: 1 },
};
const patients = ["p1", "p1", "p2", "p3", "p4", "p5"];

const { pairs } = compareModels({ labels, models, findings: ["effusion"], patients }, { seed: 1 });

export const { difference, lower, upper, pValue } = pairs[0]!.macro; // paired bootstrap, whole patients resampled
export const auc = rocAuc(labels.data, models.supervised.data); // 0.888…
export const { threshold } = youdenThreshold(labels.data, models.supervised.data); // 0.35
