import { compareModels } from "@cxrkit/statistics";

const findings = ["cardiomegaly", "pleural_effusion"];
const labels = { data: [1, 0, 0, 1, 1, Number.NaN, 0, 0, 0, 1, 1, 0], rows: 6, columns: 2 }; // NaN: not known, left out
const models = {
  small: { data: [0.9, 0.2, 0.6, 0.4, 0.5, 0.1, 0.3, 0.5, 0.2, 0.8, 0.4, 0.1], rows: 6, columns: 2 },
  large: { data: [0.8, 0.1, 0.3, 0.7, 0.9, 0.4, 0.2, 0.2, 0.1, 0.9, 0.6, 0.3], rows: 6, columns: 2 },
};
const patients = ["p1", "p1", "p2", "p3", "p4", "p5"]; // whole patients are resampled

const comparison = compareModels({ labels, models, findings, patients }, { seed: 1 });

export const large = comparison.models.large?.macro; // { estimate: 1, lower, upper, numReplicates, … }
export const difference = comparison.pairs[0]?.macro; // small − large: { difference, lower, upper, pValue, adjustedPValue, … }
