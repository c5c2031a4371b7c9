import type { Profile } from "./_syntheticProfile.js";

/**
 * VinDr-CXR. Shares of the findings of the 15,000 training images by vote of two in three; those that the published
 * counts do not tell are rounded guesses.
 */
export const vindrAdults: Profile = {
  normal: 10_606 / 15_000,
  rates: [
    { finding: "aortic_enlargement", present: 0.14 },
    { finding: "atelectasis", present: 0.0041 },
    { finding: "calcification", present: 0.015 },
    { finding: "cardiomegaly", present: 0.1211 },
    { finding: "consolidation", present: 0.0081 },
    { finding: "edema", present: 0.001 },
    { finding: "emphysema", present: 0.002 },
    { finding: "interstitial_lung_disease", present: 0.012 },
    { finding: "infiltration", present: 0.016 },
    { finding: "lung_opacity", present: 0.0365 },
    { finding: "lung_cavity", present: 0.002 },
    { finding: "nodule_mass", present: 0.027 },
    { finding: "pleural_effusion", present: 0.0423 },
    { finding: "pleural_thickening", present: 0.0588 },
    { finding: "pneumothorax", present: 0.0039 },
    { finding: "fibrosis", present: 0.0678 },
    { finding: "rib_fracture", present: 0.003 },
    { finding: "copd", present: 0.002 },
    { finding: "lung_tumor", present: 0.01 },
    { finding: "pneumonia", present: 0.04 },
    { finding: "tuberculosis", present: 0.03 },
  ],
  views: [["PA", 1]],
  age: [52, 17, 16, 90],
  femaleShare: 0.44,
  shapes: [0.8, 0.83, 0.92, 1, 1.17],
  mostImages: 1,
};

/** VinDr-PCXR: shares of the 7,728 training images of children under ten. */
export const vindrChildren: Profile = {
  normal: 0.6655,
  rates: [
    { finding: "bronchitis", present: 0.109 },
    { finding: "bronchopneumonia", present: 0.0705 },
    { finding: "other_diseases", present: 0.0533 },
    { finding: "bronchiolitis", present: 0.0643 },
    { finding: "pneumonia", present: 0.0507 },
    { finding: "pleuropneumonia", present: 0.0008 },
    { finding: "tuberculosis", present: 0.0018 },
    { finding: "lung_tumor", present: 0.0006 },
  ],
  views: [["PA", 1]],
  age: [2, 2.2, 0.1, 9.9],
  femaleShare: 0.42,
  shapes: [0.85, 0.95, 1, 1.1],
  mostImages: 1,
};
