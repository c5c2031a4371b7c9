import { join } from "node:path";
import { Schema } from "apache-arrow";
import { float32Column, labelColumn, manifestFields, tableOf, utf8Column } from "./_columns.js";
import { type LabelRows, placeOf } from "./_labelRows.js";
import { locateImages } from "./_locateImages.js";
import type { ReadOptions } from "./_readOptions.js";
import { readText, type TextFile } from "./_readText.js";
import { syntheticNote } from "./_syntheticNote.js";
import type { WarningCounter } from "./_warnings.js";
import type { DatasetName, Manifest } from "./Manifest.js";

/** What every manifest of a collection says of it. */
export interface SourceFacts {
  readonly dataset: DatasetName;
  readonly licence: string;
  readonly citation: string;
  readonly url: string;
  /** Other collections with the same images or patients, in one sentence. */
  readonly overlaps?: string;
  /** All views of the collection, in its own words; null if the list is open. */
  readonly views: readonly string[] | null;
  /** Views that the study kept; null if it kept all. */
  readonly studyViews: readonly string[] | null;
}

/** What a reader has found in the label files. */
export interface SourceReading {
  readonly facts: SourceFacts;
  readonly version: string;
  readonly labelFiles: readonly TextFile[];
  readonly rows: LabelRows;
  /** Where the image of a row lies, relative to the root, with slashes. */
  readonly pathOf: (row: number) => string;
  /** Number of rows of the label files that stand for an image or a reading of one. */
  readonly rowsRead: number;
  readonly splitRule: string;
  /** Further metadata. */
  readonly details?: Readonly<Record<string, string>>;
  /** Endings that an image may have instead of the one of its path. */
  readonly endings?: readonly string[];
  /** Where the images lie that `kept` names, if not at their paths; null where one is absent. */
  readonly locate?: (kept: readonly number[]) => Promise<(string | null)[]>;
  /** Completes the rows from the image files once they are found. */
  readonly complete?: (kept: readonly number[], paths: readonly string[]) => Promise<void>;
  /** Where an image is looked for, for the message that says that it is not there. */
  readonly place?: (row: number) => string;
  /** Whether the kept views stand one after the other, in the order in which they are asked for. */
  readonly viewBlocks?: boolean;
  /** Order of the rows within a view; that of the label files if left out. */
  readonly compare?: (a: number, b: number) => number;
}

export const finishMessages = {
  viewFiltered: "rows of other views were left out",
  imageAbsent: "rows whose image file is absent were left out",
};

/** Leaves out what the options leave out, looks for the images and lays the table. */
export async function finishManifest(
  root: string,
  reading: SourceReading,
  options: ReadOptions,
  warnings: WarningCounter,
): Promise<Manifest> {
  const { rows, facts } = reading;
  const dropped: Record<string, number> = {};
  const drop = (code: string, row: number) => {
    dropped[code] = (dropped[code] ?? 0) + 1;
    warnings.add(code, () => `${placeOf(rows, row)}: ${rows.imageIds[row]}`);
  };
  const views = viewsOf(reading, options);
  const chosen = orderRows(reading, views, chooseRows(rows, views, drop));
  const { kept, paths } = await findImages(root, reading, chosen, options, drop);
  await reading.complete?.(kept, paths);
  const isSynthetic = (await readText("readDataset", join(root, syntheticNote))) !== null;
  const counts = {
    rowsRead: reading.rowsRead,
    imagesRead: rows.imageIds.length,
    imagesKept: kept.length,
    patientsKept: new Set(kept.map((row) => rows.patientIds[row])).size,
    dropped,
  };
  const metadata = new Map([
    ["dataset", facts.dataset],
    ["version", isSynthetic ? "synthetic" : reading.version],
    ["licence", isSynthetic ? "drawn by @cxrkit/datasets; no patient data" : facts.licence],
    ["citation", facts.citation],
    ["url", facts.url],
    ...(facts.overlaps === undefined ? [] : [["overlaps", facts.overlaps] as const]),
    ["protocol", options.protocol],
    ["split", options.split],
    ["splitRule", reading.splitRule],
    ["views", views === null ? "all" : views.join(", ")],
    ...Object.entries(reading.details ?? {}),
    ["counts", JSON.stringify(counts)],
    ["labelFiles", JSON.stringify(Object.fromEntries(reading.labelFiles.map(nameAndHash)))],
  ]);
  const isWhole = kept.length === rows.imageIds.length && kept.every((row, i) => row === i);
  const pick = <T>(values: readonly T[]) => (isWhole ? values : kept.map((row) => values[row] as T));
  const table = tableOf(new Schema(manifestFields(rows.findings), metadata), [
    utf8Column(pick(rows.imageIds)),
    utf8Column(pick(rows.patientIds)),
    utf8Column(paths),
    utf8Column(pick(rows.splits)),
    utf8Column(pick(rows.views)),
    utf8Column(pick(rows.sexes)),
    float32Column(pick(rows.ages)),
    ...rows.findings.map((_, k) => labelColumn(rows.labels, rows.findings.length, k, kept)),
  ]);
  return { table, dataset: facts.dataset, root, findings: rows.findings, warnings: warnings.list() };
}

function nameAndHash({ path, sha256 }: TextFile): [string, string] {
  return [path.replace(/^.*[\\/]/, ""), sha256];
}

/** Views to keep; null if all. */
function viewsOf({ facts }: SourceReading, { views }: ReadOptions): readonly string[] | null {
  if (views === "all") return null;
  if (views === "study") return facts.studyViews;
  for (const view of views)
    if (facts.views !== null && !facts.views.includes(view))
      throw new RangeError(
        `readDataset: views must be among ${facts.views.join(", ")} for ${facts.dataset}, got ${view}`,
      );
  return views;
}

function chooseRows(
  rows: LabelRows,
  views: readonly string[] | null,
  drop: (code: string, row: number) => void,
): number[] {
  const chosen: number[] = [];
  for (let row = 0; row < rows.imageIds.length; row++) {
    const code = rows.dropped[row] as string | null;
    const view = rows.views[row] as string | null;
    if (code !== null) drop(code, row);
    else if (views !== null && (view === null || !views.includes(view))) drop("viewFiltered", row);
    else chosen.push(row);
  }
  return chosen;
}

function orderRows(
  { rows, viewBlocks, compare }: SourceReading,
  views: readonly string[] | null,
  chosen: number[],
): number[] {
  if (compare === undefined && (!viewBlocks || views === null)) return chosen;
  const blocks = Uint8Array.from(rows.views, (view) =>
    viewBlocks && views !== null ? views.indexOf(view as string) : 0,
  );
  return chosen.sort(
    (a, b) => (blocks[a] as number) - (blocks[b] as number) || (compare?.(a, b) ?? 0) || a - b,
  );
}

/** Which rows stay, and the path of each. */
async function findImages(
  root: string,
  { rows, pathOf, locate, place, endings = [] }: SourceReading,
  chosen: number[],
  { checkImages, onAbsentImage, signal }: ReadOptions,
  drop: (code: string, row: number) => void,
): Promise<{ kept: number[]; paths: string[] }> {
  const expected = chosen.map(pathOf);
  if (chosen.length === 0) throw new RangeError(nothingLeft(root, rows));
  if (!checkImages && locate === undefined) return { kept: chosen, paths: expected };
  const found = await (locate?.(chosen) ?? locateImages(root, expected, endings, signal));
  const kept: number[] = [];
  const paths: string[] = [];
  chosen.forEach((row, i) => {
    const path = found[i] ?? (checkImages ? null : (expected[i] as string));
    if (path !== null) {
      kept.push(row);
      paths.push(path);
    } else if (onAbsentImage === "throw")
      throw new RangeError(
        `readDataset: ${placeOf(rows, row)}: image ${rows.imageIds[row]} must lie ${place?.(row) ?? `at ${expected[i]} of ${root}`}, got no such file; pass onAbsentImage: "skip" to leave such rows out`,
      );
    else drop("imageAbsent", row);
  });
  if (kept.length === 0) throw new RangeError(nothingLeft(root, rows));
  return { kept, paths };
}

function nothingLeft(root: string, rows: LabelRows): string {
  const views = [...new Set(rows.views)].map((view) => view ?? "unknown").slice(0, 20);
  return `readDataset: ${root} must hold at least one image of ${rows.files[0]?.path} that the options keep, got none of ${rows.imageIds.length}; its views are ${views.join(", ")}`;
}
