import type { Finding } from "./findings.js";
import type { DatasetName } from "./Manifest.js";
import { studyFindings } from "./studyFindings.js";

/**
 * The findings of MIMIC-CXR on which the weights for a target collection are pretrained. There are as many as
 * {@link studyFindings} gives for the target with `start: "mimic"`, because the head is transferred with the weights:
 * output k of one is output k of the other.
 *
 * @param target - Collection that will be trained from these weights.
 * @returns The first 10 (CheXpert), 8 (VinDr-CXR), 7 (ChestX-ray14, PadChest), 5 (UKA-CXR) or 4 (TAIX-Ray) findings of
 *   the study's list for MIMIC-CXR.
 * @throws RangeError if the study has no run on this collection from the MIMIC start.
 * @see Tayebi Arasteh et al. (2024), Eur Radiol Exp 8, 10, doi 10.1186/s41747-023-00411-3.
 * @example
 * {@includeCode ../example/studyFindings.example.ts}
 */
export function mimicPretrainingFindings(target: DatasetName): readonly Finding[] {
  return studyFindings("mimic-cxr").slice(0, studyFindings(target, { start: "mimic" }).length);
}
