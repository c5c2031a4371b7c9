import { evaluationRules, type Table } from "@cxrkit/report";

/** Rules besides those of evaluation in which the protocols differ: subject, as published, corrected. */
const rules: readonly (readonly [subject: string, asPublished: string, corrected: string])[] = [
  ["Pixels", "In [0, 1]", "Normalised as the weights were trained"],
  [
    "Validation",
    "The test images choose the epoch, by the lowest loss",
    "Training patients who are kept apart, by the highest mean AUROC",
  ],
  ["Uncertain labels", "Negative", "Ignored, unless asked otherwise"],
  ["Rows left out", "Those of five older labels that are uncertain", "None"],
  ["Labels of PadChest", "Substrings", "Token by token"],
  ["Weights of positives", "Counted over all views", "Counted over the views that are trained on"],
  ["Flips", "Sides keep their labels", "Sides exchange their labels"],
  [
    "Preparation",
    "8 bits, spline without antialiasing, equalised, JPEG where the authors had it",
    "16 bits, windows applied, antialiased, lossless",
  ],
  ["Last batch of an epoch", "Dropped", "Kept"],
];

/** All rules in which the protocols differ, from pixels to p values. */
export const rulesTable: Table = {
  title: "From pixels to p values",
  columns: [{ label: "Rule" }, { label: "As published" }, { label: "Corrected" }],
  rows: [
    ...rules.map((rule) => [...rule]),
    ...evaluationRules.map(({ subject, asPublished, corrected }) => [subject, asPublished, corrected]),
  ],
};
