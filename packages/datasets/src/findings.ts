/**
 * The one vocabulary of findings, in snake_case. Each reader carries the map from its source's spelling into it;
 * a manifest has columns only for the findings that its source knows.
 */
export const findings = [
  "cardiomegaly",
  "pleural_effusion",
  "pneumonia",
  "atelectasis",
  "no_finding",
  "consolidation",
  "pneumothorax",
  "fibrosis",
  "emphysema",
  "hernia",
  "pleural_thickening",
  "edema",
  "nodule",
  "mass",
  "infiltration",
] as const;

/** One word of the vocabulary {@link findings}. */
export type Finding = (typeof findings)[number];
