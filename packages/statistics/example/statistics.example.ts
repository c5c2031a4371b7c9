import {
  adjustComparisons,
  adjustPValues,
  type CompareModelsInput,
  compareModels,
  compareModelsInWorkers,
  seededRandom,
} from "@cxrkit/statistics";

// #region seededRandom
const random = seededRandom(2026);
export const draws = [random(), random()]; // the same two numbers on every machine
// #endregion seededRandom

// #region adjustPValues
export const adjusted = adjustPValues([0.01, 0.02, 0.03], "holm"); // 0.03, 0.04, 0.04
// #endregion adjustPValues

// #region compareModels
const column = (data: number[]) => ({ data, rows: data.length, columns: 1 });
export const { models, pairs } = compareModels(
  {
    labels: column([0, 0, 1, 1]),
    models: { first: column([0.1, 0.4, 0.35, 0.8]), second: column([0.1, 0.2, 0.6, 0.8]) },
    findings: ["pneumothorax"],
  },
  { seed: 1 },
);
export const area = models.first?.perFinding[0]?.estimate; // 0.75
export const gain = pairs[0]?.perFinding[0]?.difference; // -0.25
// #endregion compareModels

// #region adjustComparisons
const adult = compareModels(
  {
    labels: column([0, 0, 1, 1, 0, 1]),
    models: {
      first: column([0.1, 0.4, 0.35, 0.8, 0.3, 0.5]),
      second: column([0.1, 0.2, 0.6, 0.8, 0.7, 0.4]),
    },
    findings: ["pneumothorax"],
  },
  { seed: 1 },
);
export const together = adjustComparisons({ adult, child: { ...adult } }, "bonferroni");
// The p value of either, times two.
// #endregion adjustComparisons

// #region compareModelsInWorkers
export const inWorkers = (
  input: CompareModelsInput,
  signal: AbortSignal, // such as that of a page's stop button
  showProgress: (done: number, total: number) => void,
) => compareModelsInWorkers(input, { seed: 1, workers: 2, signal, onReplicate: showProgress });
// #endregion compareModelsInWorkers
