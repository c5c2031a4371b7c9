import { blank, type CsvRecord } from "./_csv.js";
import { failCell, notMentioned } from "./_labelRows.js";
import type { Finding } from "./findings.js";

/** The fourteen columns of the CheXpert labeller → words of the vocabulary, in CheXpert's order. */
export const chexpertColumns: readonly (readonly [string, Finding])[] = [
  ["No Finding", "no_finding"],
  ["Enlarged Cardiomediastinum", "enlarged_cardiomediastinum"],
  ["Cardiomegaly", "cardiomegaly"],
  ["Lung Opacity", "lung_opacity"],
  ["Lung Lesion", "lung_lesion"],
  ["Edema", "edema"],
  ["Consolidation", "consolidation"],
  ["Pneumonia", "pneumonia"],
  ["Atelectasis", "atelectasis"],
  ["Pneumothorax", "pneumothorax"],
  ["Pleural Effusion", "pleural_effusion"],
  ["Pleural Other", "pleural_other"],
  ["Fracture", "fracture"],
  ["Support Devices", "support_devices"],
];

/** Words of the vocabulary for those columns. */
export const chexpertFindings: readonly Finding[] = chexpertColumns.map(([, finding]) => finding);

/** Reads the fourteen labels of a record, whose columns begin at `first`, into `labels` from `offset` on. */
export function readChexpertLabels(
  path: string,
  record: CsvRecord,
  first: number,
  labels: Int8Array,
  offset: number,
): void {
  for (let k = 0; k < chexpertColumns.length; k++) {
    const value = record.digit(first + k);
    if (value === 1 || value === 0 || value === -1) labels[offset + k] = value;
    else if (value === blank) labels[offset + k] = notMentioned;
    else {
      const [name] = chexpertColumns[k] as readonly [string, Finding];
      failCell(path, record.line, name, "be 1.0, 0.0, -1.0 or empty", record.text(first + k));
    }
  }
}

/** Whether any of the findings is uncertain in the labels of one row. */
export function isUncertainIn(labels: Int8Array, offset: number, findings: readonly Finding[]): boolean {
  return findings.some((finding) => labels[offset + chexpertFindings.indexOf(finding)] === -1);
}
