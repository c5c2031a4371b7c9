import type { SourceFacts } from "./_finishManifest.js";
import type { ReadOptions } from "./_readOptions.js";
import { readVindr } from "./_readVindr.js";
import type { VindrColumns } from "./_vindrLabels.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "vindr-pcxr",
  licence: "PhysioNet Credentialed Health Data License 1.5.0; do not share the data",
  citation:
    "Pham HH, Nguyen NH, Tran TT, Nguyen TNM, Nguyen HQ. PediCXR: An open, large-scale chest radiograph dataset for interpretation of common thoracic diseases in children. Scientific Data 2023;10:240",
  url: "https://physionet.org/content/vindr-pcxr/1.0.0/",
  views: ["PA"],
  studyViews: null,
};

/** Columns of the label files (two of them misspelt there) → words of the vocabulary. */
export const vindrPcxrColumns: VindrColumns = [
  ["No finding", "no_finding"],
  ["Bronchitis", "bronchitis"],
  [["Brocho-pneumonia", "Broncho-pneumonia"], "bronchopneumonia"],
  [["Other disease", "Other diseases"], "other_diseases"],
  ["Bronchiolitis", "bronchiolitis"],
  ["Situs inversus", "situs_inversus"],
  ["Pneumonia", "pneumonia"],
  ["Pleuro-pneumonia", "pleuropneumonia"],
  [["Diagphramatic hernia", "Diaphragmatic hernia"], "diaphragmatic_hernia"],
  ["Tuberculosis", "tuberculosis"],
  ["Congenital emphysema", "congenital_emphysema"],
  ["CPAM", "congenital_pulmonary_airway_malformation"],
  ["Hyaline membrane disease", "hyaline_membrane_disease"],
  ["Mediastinal tumor", "mediastinal_tumor"],
  ["Lung tumor", "lung_tumor"],
];

/** Reads VinDr-PCXR; readDataset has checked the options. */
export function readVindrPcxr(root: string, options: ReadOptions): Promise<Manifest> {
  return readVindr(root, { facts, columns: vindrPcxrColumns, expectedReaders: null }, options);
}
