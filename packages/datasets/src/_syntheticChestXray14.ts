import type { Picture } from "./_syntheticCases.js";
import { isLabelled, type Layout } from "./_syntheticLayout.js";
import type { SyntheticImage } from "./_syntheticPlan.js";
import type { Profile } from "./_syntheticProfile.js";
import { entryCsv, listText } from "./_syntheticTables.js";
import type { Finding } from "./findings.js";

/** Shares of the 112,120 images of Data_Entry_2017_v2020.csv. */
const profile: Profile = {
  normal: 0.5384,
  rates: [
    { finding: "cardiomegaly", present: 0.0248 },
    { finding: "pleural_effusion", present: 0.1188 },
    { finding: "pneumonia", present: 0.0128 },
    { finding: "atelectasis", present: 0.1031 },
    { finding: "consolidation", present: 0.0416 },
    { finding: "pneumothorax", present: 0.0473 },
    { finding: "fibrosis", present: 0.015 },
    { finding: "emphysema", present: 0.0224 },
    { finding: "hernia", present: 0.002 },
    { finding: "pleural_thickening", present: 0.0302 },
    { finding: "edema", present: 0.0205 },
    { finding: "nodule", present: 0.0565 },
    { finding: "mass", present: 0.0516 },
    { finding: "infiltration", present: 0.1774 },
  ],
  views: [
    ["PA", 0.6],
    ["AP", 0.4],
  ],
  age: [46.6, 16.6, 1, 95],
  femaleShare: 0.435,
  shapes: [1],
};

/** A picture in the form of this collection's tables. */
function entryOf(picture: Picture): SyntheticImage {
  const present = [...picture.labels].filter(([, label]) => label === 1).map(([finding]) => finding);
  return {
    imageId: `${String(picture.patient + 1).padStart(8, "0")}_${String(picture.ofPatient).padStart(3, "0")}.png`,
    patient: picture.patient + 1,
    followUp: picture.ofPatient,
    split: picture.isHeldOut ? "test" : "train",
    age: Math.floor(picture.age),
    sex: picture.female ? "F" : "M",
    view: picture.view === "AP" ? "AP" : "PA",
    findings: new Set<Finding>(present.filter((finding) => finding !== "no_finding")),
  };
}

/** ChestX-ray14 with the shares of the original and all its findings. */
export const chestXray14Layout: Layout = {
  profile,
  variants: [],
  file: (picture) => ({
    path: `images/${entryOf(picture).imageId}`,
    encoding: { kind: "png", bits: 8 },
  }),
  tables: (pictures) => {
    const entries = pictures.map(entryOf);
    return [
      { path: "train_val_list.txt", content: listText(entries, "train") },
      { path: "test_list.txt", content: listText(entries, "test") },
      { path: "Data_Entry_2017_v2020.csv", content: entryCsv(entries) },
    ];
  },
  split: ({ isHeldOut }) => (isHeldOut ? "test" : "train"),
  findings: [...profile.rates.map(({ finding }) => finding), "no_finding"],
  isPresent: isLabelled,
};
