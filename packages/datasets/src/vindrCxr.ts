import type { SourceFacts } from "./_finishManifest.js";
import type { ReadOptions } from "./_readOptions.js";
import { readVindr } from "./_readVindr.js";
import type { VindrColumns } from "./_vindrLabels.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "vindr-cxr",
  licence: "PhysioNet Credentialed Health Data License 1.5.0; do not share the data",
  citation:
    "Nguyen HQ, Lam K, Le LT, et al. VinDr-CXR: An open dataset of chest X-rays with radiologist's annotations. Scientific Data 2022;9:429",
  url: "https://physionet.org/content/vindr-cxr/1.0.0/",
  overlaps:
    "the train images of Kaggle's VinBigData competition are the 15,000 training images of this collection; do not mix the two",
  views: ["PA"],
  studyViews: null,
};

/** Columns of the label files → words of the vocabulary, in the order of the source. */
export const vindrCxrColumns: VindrColumns = [
  ["Aortic enlargement", "aortic_enlargement"],
  ["Atelectasis", "atelectasis"],
  ["Calcification", "calcification"],
  ["Cardiomegaly", "cardiomegaly"],
  ["Clavicle fracture", "clavicle_fracture"],
  ["Consolidation", "consolidation"],
  ["Edema", "edema"],
  ["Emphysema", "emphysema"],
  ["Enlarged PA", "enlarged_pulmonary_artery"],
  ["ILD", "interstitial_lung_disease"],
  ["Infiltration", "infiltration"],
  ["Lung Opacity", "lung_opacity"],
  ["Lung cavity", "lung_cavity"],
  ["Lung cyst", "lung_cyst"],
  ["Mediastinal shift", "mediastinal_shift"],
  ["Nodule/Mass", "nodule_mass"],
  ["Pleural effusion", "pleural_effusion"],
  ["Pleural thickening", "pleural_thickening"],
  ["Pneumothorax", "pneumothorax"],
  ["Pulmonary fibrosis", "fibrosis"],
  ["Rib fracture", "rib_fracture"],
  ["Other lesion", "other_lesion"],
  ["COPD", "copd"],
  ["Lung tumor", "lung_tumor"],
  ["Pneumonia", "pneumonia"],
  ["Tuberculosis", "tuberculosis"],
  [["Other diseases", "Other disease"], "other_diseases"],
  ["No finding", "no_finding"],
];

/** Reads VinDr-CXR; readDataset has checked the options. */
export function readVindrCxr(root: string, options: ReadOptions): Promise<Manifest> {
  return readVindr(root, { facts, columns: vindrCxrColumns, expectedReaders: 3 }, options);
}
