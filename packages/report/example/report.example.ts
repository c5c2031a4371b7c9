import {
  comparisonTable,
  datasetCard,
  differenceFigure,
  forestFigure,
  imageGrid,
  rocFigure,
  rocGrid,
  trainingFigure,
} from "@cxrkit/report";
import type { Comparison } from "@cxrkit/statistics";

const labels = [0, 0, 1, 1];
const numbers = { mean: 0.8, standardDeviation: 0.02, numReplicates: 1000 };
const counts = { numPositives: 120, numNegatives: 880, numMissing: 14 };
const first = { ...numbers, ...counts, estimate: 0.812, lower: 0.79, upper: 0.834 };
const second = { ...numbers, ...counts, estimate: 0.78, lower: 0.755, upper: 0.803 };
const between = {
  standardDeviation: 0.008,
  pValue: 0.0004,
  pValueError: 0.0006,
  adjustedPValue: 0.0004,
  numReplicates: 1000,
};
const gain = { ...between, difference: 0.032, lower: 0.016, upper: 0.048 };
const comparison: Comparison = {
  models: {
    DINOv2: { perFinding: [{ finding: "edema", ...first }], macro: { finding: "macro", ...first } },
    ImageNet: { perFinding: [{ finding: "edema", ...second }], macro: { finding: "macro", ...second } },
  },
  pairs: [
    {
      a: "DINOv2",
      b: "ImageNet",
      perFinding: [{ finding: "edema", ...gain }],
      macro: { finding: "macro", ...gain },
    },
  ],
  method: {
    protocol: "corrected",
    replicates: 1000,
    seed: 7,
    coverage: 0.95,
    interval: "percentile",
    resampled: "patients",
    numResampled: 640,
    numStrata: 1,
    numRedrawn: 0,
    adjustment: "Holm",
  },
};
const png = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

// #region rocFigure
const curve = { name: "DINOv2", labels, scores: [0.1, 0.4, 0.35, 0.8] };
export const roc = await rocFigure({ curves: [curve] }, { title: "Edema" });
// roc.description: "ROC curves, … DINOv2: AUROC 0.750."
// #endregion rocFigure

// #region rocGrid
export const grid = await rocGrid(
  [
    { finding: "edema", curves: [curve] },
    { finding: "hernia", curves: [{ ...curve, labels: [0, 0, 0, 0] }] },
  ],
  { title: "ROC curves by finding" },
); // the panel of hernia says "no positive image"
// #endregion rocGrid

// #region forestFigure
export const forest = await forestFigure(comparison, { title: "AUROC by finding" });
// forest.description: "… Edema: DINOv2 0.812 (0.790–0.834), ImageNet 0.780 (0.755–0.803); …"
// #endregion forestFigure

// #region differenceFigure
export const differences = await differenceFigure(comparison, { title: "DINOv2 against ImageNet" });
// differences.description: "… Edema: DINOv2 − ImageNet +0.032 (+0.016 to +0.048); …"
// #endregion differenceFigure

// #region trainingFigure
const epochs = [
  { epoch: 1, trainingLoss: 0.61, validationLoss: 0.58, validationScore: 0.71 },
  { epoch: 2, trainingLoss: 0.44, validationLoss: 0.47, validationScore: 0.78 },
];
export const training = await trainingFigure([{ name: "DINOv2", epochs }], {
  title: "Training",
  scoreName: "Macro AUROC",
}); // training.description: "… DINOv2: 2 epochs, best Macro AUROC 0.780."
// #endregion trainingFigure

// #region comparisonTable
export const table = comparisonTable(comparison, { caption: "Edema on 1,000 test images" });
// DINOv2 0.812 (0.790–0.834), ImageNet 0.780 (0.755–0.803), difference +0.032 (+0.016 to +0.048), p <0.001
// #endregion comparisonTable

// #region datasetCard
export const card = datasetCard({
  name: "ChestX-ray14",
  facts: [{ label: "Patients", value: "30,805" }],
  findings: [{ finding: "pleural_effusion", numPositives: 13_317, numNegatives: 98_803, numMissing: 0 }],
}); // a share of 11.9 %
// #endregion datasetCard

// #region imageGrid
export const images = imageGrid([{ png, caption: "Test image 1", alt: "One grey pixel" }], {
  title: "What the model saw",
});
// #endregion imageGrid
