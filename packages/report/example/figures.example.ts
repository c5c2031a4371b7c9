import {
  attentionFigure,
  calibrationFigure,
  crossDatasetFigure,
  rocFigure,
  subgroupFigure,
} from "@cxrkit/report";

const labels = [0, 0, 1, 1, 1, 0];
const scores = [0.1, 0.4, 0.35, 0.8, 0.9, 0.2];
const curve = { name: "DINOv2", labels, scores };

// #region rocBand
const patients = ["p1", "p1", "p2", "p3", "p3", "p4"];
export const banded = await rocFigure(
  { curves: [curve] },
  { title: "Edema", band: { seed: 7, replicates: 200, patients } },
); // banded.description: "… Bands: 95 % pointwise, vertical averaging of 200 resamples of patients, seed 7."
// #endregion rocBand

// #region calibrationFigure
export const calibration = await calibrationFigure({ curves: [curve] }, { title: "Edema", bins: 2 });
// calibration.description: "… DINOv2: ECE 0.058, Brier 0.114; 0.263 to 0.250 (4), 0.850 to 1.000 (2)."
// #endregion calibrationFigure

// #region subgroupFigure
const group = { model: "DINOv2", attribute: "Sex", numPositives: 140, n: 1200 };
export const groups = await subgroupFigure(
  [
    { ...group, group: "female", estimate: 0.81, lower: 0.78, upper: 0.84 },
    { ...group, group: "male", estimate: 0.8, lower: 0.77, upper: 0.83 },
  ],
  { title: "AUROC by sex" },
); // groups.description: "… Sex: female: DINOv2 0.810 (0.780–0.840); …"
// #endregion subgroupFigure

// #region crossDatasetFigure
export const cross = await crossDatasetFigure(
  [
    { train: "CheXpert", test: "CheXpert", estimate: 0.82 },
    { train: "CheXpert", test: "PadChest", estimate: 0.84 },
  ],
  { title: "Trained on one data set, tested on another" },
); // cross.description: "… CheXpert to PadChest 0.840."
// #endregion crossDatasetFigure

// #region attentionFigure
export const attention = await attentionFigure(
  [
    {
      caption: "Test image 1",
      alt: "Frontal chest radiograph, labelled edema",
      pixels: Uint8Array.from({ length: 64 }, (_, i) => 4 * i),
      width: 8,
      height: 8,
      maps: [{ start: "DINOv2", values: [0, 0.2, 0.1, 0.7], width: 2, height: 2 }],
    },
  ],
  { title: "Where the model looks" },
); // "… Attention of DINOv2: strongest at the lower right of the picture"
// #endregion attentionFigure
