import { ageInRange, cellMessages, dayOf, isFileName, type Note, sexOf, viewOf } from "./_cells.js";
import { readCsv } from "./_csv.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import { addRow, emptyRows, failCell, type LabelRows, uniqueIds } from "./_labelRows.js";
import { locateImages } from "./_locateImages.js";
import { padchestFindings, padchestLabelReader } from "./_padchestLabels.js";
import type { ReadOptions } from "./_readOptions.js";
import type { TextFile } from "./_readText.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { splitForStudy } from "./_studySplit.js";
import { countWarnings, type WarningCounter } from "./_warnings.js";
import type { Manifest, Protocol } from "./Manifest.js";

const views: readonly string[] = ["PA", "AP", "AP_horizontal", "L", "COSTAL", "EXCLUDE"];

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "padchest",
  licence: "PadChest Dataset Research Use Agreement; non-commercial, do not share the data",
  citation:
    "Bustos A, Pertusa A, Salinas JM, de la Iglesia-Vayá M. PadChest: A large chest x-ray image dataset with multi-label annotated reports. Medical Image Analysis 2020;66:101797",
  url: "https://bimcv.cipf.es/bimcv-projects/padchest/",
  views,
  studyViews: views.slice(0, 3),
};

const labelFile = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv";
const columns = [
  "ImageID",
  "ImageDir",
  "StudyDate_DICOM",
  "PatientID",
  "PatientBirth",
  "PatientSex_DICOM",
  "Projection",
  "Labels",
];
const messages = {
  ...cellMessages,
  ...finishMessages,
  labelsBlank: "rows without labels were left out, as the authors did",
  labelsUnstated: "rows without labels have null for every finding",
  labelsEmpty: "rows with an empty list of labels have null for every finding",
};

/** Reads PadChest; readDataset has checked the options. */
export async function readPadchest(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const isLegacy = options.protocol === "as-published";
  const file = await requireLabelFile(root, [options.labelFile ?? labelFile], {
    url: facts.url,
    maxBytes: options.maxBytes,
  });
  const { rows, folders, isUnlabelled } = readRows(file, options.protocol, warnings);
  splitForStudy(rows, options.splitSeed, (row) => isUnlabelled[row] as boolean);
  const pathOf = (row: number) => `${folders[row]}/${rows.imageIds[row]}`;
  const reading = {
    facts,
    version: "01.02.19",
    labelFiles: [file],
    rows,
    pathOf,
    rowsRead: rows.imageIds.length,
    splitRule:
      "a fifth of the patients with a labelled image, drawn by splitSeed before any view is left out, is for testing, the rest for training",
    details: { splitSeed: String(options.splitSeed) },
    ...(options.checkImages
      ? { locate: (kept: readonly number[]) => findFiles(root, kept.map(pathOf), options.signal) }
      : {}),
    place: (row: number) => `at ${pathOf(row)} (or in images/, or at the top) of ${root}`,
    viewBlocks: isLegacy,
    ...(isLegacy ? { compare: (a: number, b: number) => compareBySplitAndName(rows, a, b) } : {}),
  };
  return finishManifest(root, reading, options, warnings);
}

interface PadchestRows {
  readonly rows: LabelRows;
  /** Number of the folder of each row. */
  readonly folders: readonly string[];
  /** Whether a row has a blank cell in place of labels. */
  readonly isUnlabelled: readonly boolean[];
}

function readRows(file: TextFile, protocol: Protocol, warnings: WarningCounter): PadchestRows {
  const { path } = file;
  const rows = emptyRows(padchestFindings);
  const folders: string[] = [];
  const isUnlabelled: boolean[] = [];
  const ids = uniqueIds("ImageID", rows);
  const labelsOf = padchestLabelReader(protocol);
  const isDay = dayChecker();
  let line = 0;
  const note: Note = (code, value) =>
    warnings.add(code, () => `${path} row ${line}: ${JSON.stringify(value)}`);
  readCsv(file, { required: columns }, (record) => {
    ({ line } = record);
    const imageId = record.text(0);
    const folder = record.word(1);
    const patientId = record.word(3);
    if (!isFileName(imageId)) failCell(path, line, "ImageID", "be a plain file name", imageId);
    if (!/^\d{1,4}$/.test(folder)) failCell(path, line, "ImageDir", "be the number of a folder", folder);
    if (patientId === "") failCell(path, line, "PatientID", "not be empty", "");
    ids.require(imageId, path, line);
    const cell = labelsOf(record.text(7));
    if (cell.kind === null)
      failCell(path, line, "Labels", "be a list as ['normal', 'cardiomegaly'], or empty", record.text(7));
    const row = {
      imageId,
      patientId,
      split: "train",
      view: viewOf(record.word(6), views, note),
      sex: sexOf(record.word(5), note),
      age: ageFromYear(record.word(4), record.word(2), isDay, note),
    } as const;
    const isBlank = cell.kind === "blank";
    const offset = addRow(rows, row, path, line);
    if (isBlank && protocol === "as-published") rows.dropped[rows.lines.length - 1] = "labelsBlank";
    rows.labels.set(cell.labels, offset);
    folders.push(folder);
    isUnlabelled.push(isBlank);
    if (protocol === "corrected" && cell.kind !== "list")
      note(isBlank ? "labelsUnstated" : "labelsEmpty", imageId);
  });
  if (rows.imageIds.length === 0)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return { rows, folders, isUnlabelled };
}

/** Whether a text is a day of the calendar, each distinct text once. */
function dayChecker(): (date: string) => boolean {
  const known = new Map<string, boolean>();
  return (date) => {
    let answer = known.get(date);
    if (answer === undefined) {
      answer = !Number.isNaN(dayOf(date));
      known.set(date, answer);
    }
    return answer;
  };
}

/** Years between the year of birth and the year of the examination; the source does not say more. */
function ageFromYear(
  birth: string,
  date: string,
  isDay: (date: string) => boolean,
  note: Note,
): number | null {
  const year = /^(\d{4})(?:\.0+)?$/.exec(birth)?.[1];
  if (year === undefined) {
    note("ageUnreadable", birth);
    return null;
  }
  if (!isDay(date)) {
    note("dateUnreadable", date);
    return null;
  }
  return ageInRange(Number(date.slice(0, 4)) - Number(year), `${birth} to ${date}`, note);
}

function compareBySplitAndName({ splits, imageIds }: LabelRows, a: number, b: number): number {
  if (splits[a] !== splits[b]) return splits[a] === "train" ? -1 : 1;
  return (imageIds[a] as string) < (imageIds[b] as string) ? -1 : 1;
}

/** In the numbered folder, or where an unpacked copy may have put them: in `images/` or at the top. */
async function findFiles(
  root: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<(string | null)[]> {
  const found = await locateImages(root, paths, [], signal);
  for (const prefix of ["images/", ""]) {
    const absent = Array.from(found.keys()).filter((i) => found[i] === null);
    if (absent.length === 0) return found;
    const candidates = absent.map((i) => prefix + (paths[i] as string).replace(/^.*\//, ""));
    const elsewhere = await locateImages(root, candidates, [], signal);
    absent.forEach((i, k) => {
      found[i] = elsewhere[k] as string | null;
    });
  }
  return found;
}
