import { type DatasetName, mimicPretrainingFindings, studyFindings } from "@cxrkit/datasets";
import type { StudyDataset } from "./StudyRecord.js";

/** Training and test images of the collections, for a plan before they are read. */
const expected: Readonly<Partial<Record<DatasetName, StudyDataset["expected"]>>> = {
  "vindr-cxr": { train: 15000, test: 3000 },
  chestxray14: { train: 86524, test: 25596 },
  chexpert: { train: 128356, test: 29320 },
  "mimic-cxr": { train: 171137, test: 42784 }, // four fifths and one fifth of 213,921
  "uka-cxr": { train: 153537, test: 39824 },
  padchest: { train: 88480, test: 22045 },
};

/** A collection with the study's own lists of findings. */
export function studyDataset(name: DatasetName, root: string): StudyDataset {
  const size = expected[name];
  const hasReduced = name !== "mimic-cxr" && name !== "vindr-pcxr";
  const full = studyFindings(name);
  return {
    label: name,
    name,
    root,
    lists: hasReduced ? { full, reduced: studyFindings(name, { start: "mimic" }) } : { full },
    ...(hasReduced ? { pretrainingFindings: mimicPretrainingFindings(name) } : {}),
    ...(size === undefined ? {} : { expected: size }),
  };
}
