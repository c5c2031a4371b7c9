import { requireOneOf } from "./_check.js";
import type { Finding } from "./findings.js";
import { type DatasetName, datasetNames } from "./Manifest.js";

/** Where the weights of a run start from. */
export type StudyStart = "dinov2" | "imagenet" | "mimic";

/** Options of {@link studyFindings}. */
export interface StudyFindingsOptions {
  /**
   * Start of the run. `mimic` gives the reduced list, whose order is that of the MIMIC head that is transferred with
   * the weights; the runs that it is compared with need the same list. @defaultValue `"dinov2"`
   */
  readonly start?: StudyStart;
}

const shared: readonly Finding[] = [
  "cardiomegaly",
  "pleural_effusion",
  "pneumonia",
  "atelectasis",
  "no_finding",
  "consolidation",
  "pneumothorax",
];
const mimic: readonly Finding[] = [...shared, "lung_opacity", "lung_lesion", "fracture"];

interface Lists {
  readonly full: readonly Finding[];
  /** Null if the study has no run from the MIMIC start. */
  readonly reduced: readonly Finding[] | null;
}

const lists: Readonly<Record<DatasetName, Lists>> = {
  "vindr-cxr": {
    full: [...shared, "pleural_thickening", "lung_opacity", "fibrosis", "nodule_mass"],
    reduced: [...shared, "lung_opacity"],
  },
  chestxray14: {
    full: [...shared, "fibrosis", "emphysema", "hernia", "pleural_thickening", "edema", "nodule", "mass"],
    reduced: shared,
  },
  chexpert: { full: mimic, reduced: mimic },
  "mimic-cxr": { full: mimic, reduced: null },
  "uka-cxr": {
    full: [
      "cardiomegaly",
      "congestion",
      "pleural_effusion_right",
      "pleural_effusion_left",
      "pneumonic_infiltrates_right",
      "pneumonic_infiltrates_left",
      "atelectasis_right",
      "atelectasis_left",
      "healthy",
    ],
    reduced: ["cardiomegaly", "pleural_effusion", "pneumonic_infiltrates", "atelectasis", "healthy"],
  },
  "taix-ray": {
    full: [
      "cardiomegaly",
      "congestion",
      "pleural_effusion_right",
      "pleural_effusion_left",
      "lung_opacity_right",
      "lung_opacity_left",
      "atelectasis_right",
      "atelectasis_left",
    ],
    reduced: ["cardiomegaly", "pleural_effusion", "lung_opacity", "atelectasis"],
  },
  padchest: {
    full: [
      ...shared,
      "emphysema",
      "hernia",
      "scoliosis",
      "congestion",
      "aortic_elongation",
      "kyphosis",
      "copd_signs",
      "pleural_thickening",
      "nodule_mass",
      "infiltration",
    ],
    reduced: shared,
  },
  "vindr-pcxr": { full: ["no_finding", "pneumonia", "bronchiolitis", "bronchopneumonia"], reduced: null },
};

/**
 * The findings that the study's models are trained on, in the study's order, in the vocabulary of {@link Finding}.
 * TAIX-Ray stands in for UKA-CXR: its opacities for the infiltrates, and without `healthy`, which it does not have;
 * VinDr-PCXR has the four of the authors' children's task.
 *
 * @param name - Name of the collection.
 * @returns From 4 to 17 findings; all are columns of the manifest of that collection, but for `healthy` where a master
 *   list of UKA-CXR lacks it.
 * @throws RangeError if the study has no run on this collection from the MIMIC start: MIMIC-CXR itself and VinDr-PCXR.
 * @see Tayebi Arasteh et al. (2024), Eur Radiol Exp 8, 10, doi 10.1186/s41747-023-00411-3.
 * @example
 * {@includeCode ../example/studyFindings.example.ts}
 */
export function studyFindings(
  name: DatasetName,
  { start = "dinov2" }: StudyFindingsOptions = {},
): readonly Finding[] {
  requireOneOf("studyFindings", "name", name, datasetNames);
  requireOneOf("studyFindings", "start", start, ["dinov2", "imagenet", "mimic"]);
  const { full, reduced } = lists[name];
  if (start !== "mimic") return full;
  if (reduced === null)
    throw new RangeError(
      `studyFindings: start must not be mimic for ${name}, which the study does not train from there, got mimic`,
    );
  return reduced;
}
