import type { Profile } from "./_syntheticProfile.js";

/**
 * PadChest. Normal studies, cardiomegaly, effusion, pneumonia and atelectasis as in the published test set; the
 * other shares are rounded guesses.
 */
export const padchestProfile: Profile = {
  normal: 0.3273,
  rates: [
    { finding: "cardiomegaly", present: 0.0886 },
    { finding: "pleural_effusion", present: 0.0623 },
    { finding: "pneumonia", present: 0.045 },
    { finding: "atelectasis", present: 0.0562 },
    { finding: "consolidation", present: 0.012 },
    { finding: "pneumothorax", present: 0.004 },
    { finding: "emphysema", present: 0.012 },
    { finding: "hernia", present: 0.015 },
    { finding: "scoliosis", present: 0.055 },
    { finding: "congestion", present: 0.01 },
    { finding: "aortic_elongation", present: 0.075 },
    { finding: "kyphosis", present: 0.025 },
    { finding: "copd_signs", present: 0.1 },
    { finding: "pleural_thickening", present: 0.035 },
    { finding: "nodule_mass", present: 0.04 },
    { finding: "infiltration", present: 0.07 },
    { finding: "fibrosis", present: 0.008 },
    { finding: "lung_cavity", present: 0.002 },
    { finding: "pacemaker", present: 0.02 },
  ],
  views: [
    ["PA", 0.83],
    ["AP_horizontal", 0.13],
    ["AP", 0.04],
  ],
  lateral: ["L", 0.6],
  age: [58, 20, 16, 96],
  femaleShare: 0.5,
  shapes: [0.82, 0.95, 1, 1.2],
};
