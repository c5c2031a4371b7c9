import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ageOf, cellMessages, type Note, sexOf, viewOf } from "./_cells.js";
import { chexpertColumns, chexpertFindings, isUncertainIn, readChexpertLabels } from "./_chexpertLabels.js";
import { readCsv } from "./_csv.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import { addRow, emptyRows, failCell, type LabelRows, uniqueIds } from "./_labelRows.js";
import type { ReadOptions } from "./_readOptions.js";
import type { TextFile } from "./_readText.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { splitForStudy } from "./_studySplit.js";
import { countWarnings, type WarningCounter } from "./_warnings.js";
import type { Finding } from "./findings.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "chexpert",
  licence: "Stanford University Dataset Research Use Agreement; non-commercial, do not share the data",
  citation:
    "Irvin J, Rajpurkar P, Ko M, et al. CheXpert: A Large Chest Radiograph Dataset with Uncertainty Labels and Expert Comparison. AAAI 2019;33:590-597",
  url: "https://stanfordmlgroup.github.io/competitions/chexpert/",
  views: ["PA", "AP", "LL", "RL", "Frontal", "Lateral"],
  studyViews: ["PA", "AP", "LL", "RL", "Frontal"],
};

/** Rows that are uncertain in any of these are not in the authors' list. */
const legacyFindings: readonly Finding[] = [
  "cardiomegaly",
  "lung_opacity",
  "lung_lesion",
  "pneumonia",
  "edema",
];
const messages = {
  ...cellMessages,
  ...finishMessages,
  uncertainRow: `rows that are uncertain in any of ${legacyFindings.join(", ")} were left out, as in the authors' list`,
};
const columns = ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", ...chexpertColumns.map(([name]) => name)];
const folderNames = ["CheXpert-v1.0", "CheXpert-v1.0-small"];
const pathPattern =
  /^(CheXpert-v1\.0(?:-small)?)\/((train|valid)\/(patient\d{1,10})\/study\d{1,6}\/[A-Za-z0-9_-]{1,80}\.(?:jpg|png))$/;

/** Reads CheXpert; readDataset has checked the options. */
export async function readChexpert(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const folder = await folderOf(root);
  const read = (name: string) =>
    requireLabelFile(join(root, folder), [name], { url: facts.url, maxBytes: options.maxBytes });
  const [train, valid] = await Promise.all([read("train.csv"), read("valid.csv")]);
  const rows = emptyRows(chexpertFindings);
  const ids = uniqueIds("Path", rows);
  const door = { rows, ids, isLegacy: options.protocol === "as-published", warnings };
  const variants = new Set([...readRows(train, "train", door), ...readRows(valid, "valid", door)]);
  const isStudy = options.split === "study";
  if (isStudy) splitForStudy(rows, options.splitSeed, (row) => rows.splits[row] === "valid");
  const reading = {
    facts,
    version: [...variants].sort().join(" and "),
    labelFiles: [train, valid],
    rows,
    pathOf: (row: number) => (folder === "" ? "" : `${folder}/`) + rows.imageIds[row],
    rowsRead: rows.imageIds.length,
    splitRule: isStudy
      ? "a fifth of the patients of train.csv, drawn by splitSeed before any row is left out, is for testing; valid.csv for validation"
      : "official: train.csv and valid.csv",
    ...(isStudy ? { details: { splitSeed: String(options.splitSeed) } } : {}),
  };
  return finishManifest(root, reading, options, warnings);
}

/** Where the label files lie: in the root itself, or in the one folder of CheXpert's name; "" or the name. */
async function folderOf(root: string): Promise<string> {
  const has = async (folder: string) => {
    for (const name of ["train.csv", "train.csv.gz"])
      if ((await stat(join(root, folder, name)).catch(() => null))?.isFile()) return true;
    return false;
  };
  if (await has("")) return "";
  const found: string[] = [];
  for (const folder of folderNames) if (await has(folder)) found.push(folder);
  if (found.length > 1)
    throw new RangeError(
      `readDataset: root must hold one of ${found.join(" and ")}, got both in ${root}; pass the folder itself`,
    );
  return found[0] ?? "";
}

interface Door {
  readonly rows: LabelRows;
  readonly ids: ReturnType<typeof uniqueIds>;
  readonly isLegacy: boolean;
  readonly warnings: WarningCounter;
}

/** Reads one label file and returns the folder names with which its paths begin. */
function readRows(
  file: TextFile,
  split: "train" | "valid",
  { rows, ids, isLegacy, warnings }: Door,
): ReadonlySet<string> {
  const { path } = file;
  const variants = new Set<string>();
  const before = rows.imageIds.length;
  let line = 0;
  const note: Note = (code, value) =>
    warnings.add(code, () => `${path} row ${line}: ${JSON.stringify(value)}`);
  readCsv(file, { required: columns }, (record) => {
    ({ line } = record);
    const text = record.text(0);
    const match = pathPattern.exec(text);
    if (match === null || match[3] !== split)
      failCell(
        path,
        line,
        "Path",
        `be as CheXpert-v1.0/${split}/patient00001/study1/view1_frontal.jpg`,
        text,
      );
    const [, variant, imageId, , patientId] = match as unknown as [string, string, string, string, string];
    ids.require(imageId, path, line);
    variants.add(variant);
    const row = {
      imageId,
      patientId,
      split,
      view: chexpertView(record.word(3), record.word(4), note),
      sex: sexOf(record.word(1), note),
      age: ageOf(record.word(2), note),
    };
    const offset = addRow(rows, row, path, line);
    readChexpertLabels(path, record, 5, rows.labels, offset);
    if (isLegacy && isUncertainIn(rows.labels, offset, legacyFindings))
      rows.dropped[rows.lines.length - 1] = "uncertainRow";
  });
  if (rows.imageIds.length === before)
    throw new RangeError(`readDataset: ${path} must have at least one row, got none`);
  return variants;
}

/** `Lateral`; for a frontal image the projection if the source says one, else `Frontal`. */
function chexpertView(plane: string, projection: string, note: Note): string | null {
  if (plane === "Lateral") return plane;
  if (plane !== "Frontal") return viewOf(plane, ["Frontal", "Lateral"], note);
  return projection === "" ? plane : (viewOf(projection, ["PA", "AP", "LL", "RL"], note) ?? plane);
}
