import { chexpertColumns, readChexpertLabels } from "./_chexpertLabels.js";
import { readCsv } from "./_csv.js";
import { failCell, type LabelRows, type UniqueIds } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { Split } from "./Manifest.js";

/** Labels of MIMIC-CXR, one row a study. */
export interface StudyLabels {
  /** Number of the study → row of `labels`. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** Number of the patient of each row. */
  readonly subjects: readonly number[];
  /** 1, 0, −1 or not mentioned, shape `[studies, 14]`. */
  readonly labels: Int8Array;
}

/** Reads `mimic-cxr-2.0.0-chexpert.csv` or `-negbio.csv`. */
export function readStudyLabels(file: TextFile): StudyLabels {
  const { path } = file;
  const width = chexpertColumns.length;
  const required = ["subject_id", "study_id", ...chexpertColumns.map(([name]) => name)];
  const rowOf = new Map<number, number>();
  const subjects: number[] = [];
  const lines: number[] = [];
  let labels = new Int8Array(4096 * width);
  readCsv(file, { required }, (record) => {
    const { line } = record;
    const subject = record.id(0);
    const study = record.id(1);
    if (Number.isNaN(subject)) failCell(path, line, "subject_id", "be a number", record.text(0));
    if (Number.isNaN(study)) failCell(path, line, "study_id", "be a number", record.text(1));
    const other = rowOf.get(study);
    if (other !== undefined)
      failCell(path, line, "study_id", `be unique, as row ${lines[other]} has it too`, record.text(1));
    const row = lines.push(line) - 1;
    rowOf.set(study, row);
    subjects.push(subject);
    if ((row + 1) * width > labels.length) {
      const larger = new Int8Array(2 * labels.length);
      larger.set(labels);
      labels = larger;
    }
    readChexpertLabels(path, record, 2, labels, row * width);
  });
  return { rowOf, subjects, labels };
}

const splitWords: Readonly<Record<string, Split>> = { train: "train", validate: "valid", test: "test" };

/**
 * Reads `mimic-cxr-2.0.0-split.csv` into the splits of the images; one that stands at the place of its row, as in the
 * release, need not be looked up.
 *
 * @returns For each image 1 if the file names it, else 0.
 */
export function readOfficialSplits(
  file: TextFile,
  { imageIds, splits }: LabelRows,
  ids: UniqueIds,
): Uint8Array {
  const { path } = file;
  const isNamed = new Uint8Array(splits.length);
  let next = 0;
  readCsv(file, { required: ["dicom_id", "split"] }, (record) => {
    const word = record.word(1);
    if (!Object.hasOwn(splitWords, word))
      failCell(path, record.line, "split", "be train, validate or test", word);
    const isNext = next < imageIds.length && record.is(0, imageIds[next] as string);
    const row = isNext ? next : ids.rowOf(record.text(0));
    if (row < 0) return;
    next = row + 1;
    if (isNamed[row] === 1) failCell(path, record.line, "dicom_id", "be unique", record.text(0));
    isNamed[row] = 1;
    splits[row] = splitWords[word] as Split;
  });
  return isNamed;
}
