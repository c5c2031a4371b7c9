import { cellMessages } from "./_cells.js";
import { chexpertFindings, isUncertainIn } from "./_chexpertLabels.js";
import { readCsv } from "./_csv.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import {
  addRow,
  emptyRows,
  failCell,
  type LabelRows,
  placeOf,
  type UniqueIds,
  uniqueIds,
} from "./_labelRows.js";
import { readOfficialSplits, readStudyLabels } from "./_mimicTables.js";
import type { ReadOptions } from "./_readOptions.js";
import type { TextFile } from "./_readText.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { splitForStudy } from "./_studySplit.js";
import { countWarnings } from "./_warnings.js";
import type { Finding } from "./findings.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "mimic-cxr",
  licence: "PhysioNet Credentialed Health Data License 1.5.0; do not share the data",
  citation:
    "Johnson AEW, Pollard TJ, Berkowitz SJ, et al. MIMIC-CXR, a de-identified publicly available database of chest radiographs with free-text reports. Scientific Data 2019;6:317",
  url: "https://physionet.org/content/mimic-cxr-jpg/",
  views: null,
  studyViews: ["PA", "AP"],
};

/** Rows that are uncertain in any of these are not in the authors' list. */
const legacyFindings: readonly Finding[] = [
  "enlarged_cardiomediastinum",
  "consolidation",
  "pleural_effusion",
  "pneumothorax",
  "atelectasis",
];
const messages = {
  ...cellMessages,
  ...finishMessages,
  uncertainRow: `rows that are uncertain in any of ${legacyFindings.join(", ")} were left out, as in the authors' list`,
  studyUnlabelled: "images whose study has no labels have null for every finding",
  splitMissing: "images without an official split were put into train, as the authors did",
};
const versions = ["2.1.0", "2.0.0"];

/** Reads MIMIC-CXR-JPG; readDataset has checked the options. */
export async function readMimicCxr(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const { url } = facts;
  const { maxBytes, labelFile, labeller } = options;
  const read = (table: string) =>
    requireLabelFile(
      root,
      versions.map((version) => `mimic-cxr-${version}-${table}.csv`),
      { url, maxBytes },
    );
  const labels = () =>
    labelFile === undefined ? read(labeller) : requireLabelFile(root, [labelFile], { url, maxBytes });
  const [metadata, split, studies] = await Promise.all([read("metadata"), read("split"), labels()]);
  const images = readMetadata(metadata);
  const { rows } = images;
  const isNamed = readOfficialSplits(split, rows, images.ids);
  const table = readStudyLabels(studies);
  const isLegacy = options.protocol === "as-published";
  const width = chexpertFindings.length;
  rows.imageIds.forEach((imageId, row) => {
    const place = () => `${placeOf(rows, row)}: ${imageId}`;
    if (isNamed[row] === 0) warnings.add("splitMissing", place);
    const study = table.rowOf.get(images.studies[row] as number);
    if (study === undefined) {
      warnings.add("studyUnlabelled", place);
      return;
    }
    if (table.subjects[study] !== images.subjects[row])
      failCell(
        metadata.path,
        rows.lines[row] as number,
        "study_id",
        "be of one patient",
        `${images.studies[row]} of ${images.subjects[row]}, in ${studies.path} of ${table.subjects[study]}`,
      );
    for (let k = 0; k < width; k++) rows.labels[row * width + k] = table.labels[study * width + k] as number;
    if (isLegacy && isUncertainIn(table.labels, study * width, legacyFindings))
      rows.dropped[row] = "uncertainRow";
  });
  const isStudy = options.split === "study";
  if (isStudy) splitForStudy(rows, options.splitSeed);
  const reading = {
    facts,
    version: /-2\.\d+\.\d+-/.exec(metadata.path)?.[0].slice(1, -1) ?? "2.0.0",
    labelFiles: [metadata, split, studies],
    rows,
    pathOf: (row: number) => {
      const patientId = rows.patientIds[row] as string;
      return `files/p${patientId.slice(0, 2)}/p${patientId}/s${images.studies[row]}/${rows.imageIds[row]}.jpg`;
    },
    rowsRead: rows.imageIds.length,
    splitRule: isStudy
      ? "a fifth of all patients, drawn by splitSeed before any row is left out, is for testing, the rest for training"
      : "official: mimic-cxr-2.x-split.csv, validate as valid",
    details: {
      labeller: labelFile ?? labeller,
      ...(isStudy ? { splitSeed: String(options.splitSeed) } : {}),
    },
    viewBlocks: isLegacy,
  };
  return finishManifest(root, reading, options, warnings);
}

interface MimicImages {
  readonly rows: LabelRows;
  readonly ids: UniqueIds;
  /** Number of the patient and of the study of each row. */
  readonly subjects: readonly number[];
  readonly studies: readonly number[];
}

/** Reads the rows of `mimic-cxr-2.0.0-metadata.csv`, without labels and splits. */
function readMetadata(file: TextFile): MimicImages {
  const { path } = file;
  const rows = emptyRows(chexpertFindings);
  const ids = uniqueIds("dicom_id", rows);
  const subjects: number[] = [];
  const studies: number[] = [];
  readCsv(file, { required: ["dicom_id", "subject_id", "study_id", "ViewPosition"] }, (record) => {
    const { line } = record;
    const imageId = record.text(0);
    const subject = record.id(1);
    const study = record.id(2);
    if (!/^[0-9A-Za-z-]{1,128}$/.test(imageId))
      failCell(path, line, "dicom_id", "be letters, digits and hyphens", imageId);
    ids.require(imageId, path, line);
    if (Number.isNaN(subject)) failCell(path, line, "subject_id", "be a number", record.text(1));
    if (Number.isNaN(study)) failCell(path, line, "study_id", "be a number", record.text(2));
    subjects.push(subject);
    studies.push(study);
    const view = record.word(3) || null;
    const row = { imageId, patientId: record.word(1), split: "train", view, sex: null, age: null } as const;
    addRow(rows, row, path, line);
  });
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return { rows, ids, subjects, studies };
}
