import { labelsOf, stringsOf, textsOf } from "./_columns.js";
import type { DatasetName, DatasetWarning, Manifest, Split } from "./Manifest.js";

/** How often one finding is present, absent, uncertain and not mentioned. */
export interface FindingCounts {
  /** Number of images that have it. */
  readonly positives: number;
  /** Number of images that do not have it. */
  readonly negatives: number;
  /** Number of images for which the source is uncertain. */
  readonly uncertain: number;
  /** Number of images for which the source does not mention it. */
  readonly missing: number;
  /** Share of all images that have it, from 0 to 1; NaN if there are none. */
  readonly prevalence: number;
}

/** Counts of a part of a collection. */
export interface PartDescription {
  /** Number of images. */
  readonly images: number;
  /** Number of patients. */
  readonly patients: number;
  /** Counts of each finding. */
  readonly findings: Readonly<Record<string, FindingCounts>>;
}

/** What a manifest holds, in numbers. */
export interface DatasetDescription extends PartDescription {
  /** Name of the collection: one of those that readDataset reads, or any other of a manifest made by hand. */
  readonly dataset: DatasetName | (string & {});
  /** The same counts for each split that has images. */
  readonly splits: Readonly<Partial<Record<Split, PartDescription>>>;
  /** Number of images by view; `unknown` where the source does not say. */
  readonly views: Readonly<Record<string, number>>;
  /** Number of images by sex; `unknown` where the source does not say. */
  readonly sexes: Readonly<Record<string, number>>;
  /** Age in years over the images that have one; NaN where none has. */
  readonly age: {
    /** Youngest. */
    readonly min: number;
    /** Mean. */
    readonly mean: number;
    /** Oldest. */
    readonly max: number;
    /** Number of images whose age is not known. */
    readonly missing: number;
  };
  /** Number of rows of the label files, and of the images that they name; NaN if the metadata do not say. */
  readonly read: {
    /** Rows of the label files that stand for an image or a reading of one. */
    readonly rows: number;
    /** Images that they name. */
    readonly images: number;
  };
  /** Number of images left out, by the code of the warning that says why. */
  readonly dropped: Readonly<Record<string, number>>;
  /** What was set right or left out while reading. */
  readonly warnings: readonly DatasetWarning[];
  /** Provenance, as in the metadata of the table. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Counts what a manifest holds: images, patients and findings, in all and per split.
 *
 * @param manifest - Manifest to count.
 * @returns A plain record, ready to be printed or written as JSON.
 * @example
 * {@includeCode ../example/describeDataset.example.ts}
 */
export function describeDataset(manifest: Manifest): DatasetDescription {
  const { table, dataset, findings, warnings } = manifest;
  const labels = findings.map((finding) => labelsOf(table, finding));
  const patientIds = stringsOf(table, "patientId");
  const describe = (rows: readonly number[]) => describeRows(findings, labels, patientIds, rows);
  const splits = stringsOf(table, "split") as Split[];
  const all = Array.from(splits.keys());
  const parts = (["train", "valid", "test"] as const)
    .map((split) => [split, all.filter((row) => splits[row] === split)] as const)
    .filter(([, rows]) => rows.length > 0)
    .map(([split, rows]) => [split, describe(rows)] as const);
  return {
    dataset,
    ...describe(all),
    splits: Object.fromEntries(parts),
    views: countValues(textsOf(table, "view")),
    sexes: countValues(textsOf(table, "sex")),
    age: describeAges(table.getChild("age") ?? []),
    ...readCounts(table.schema.metadata.get("counts")),
    warnings,
    metadata: Object.fromEntries(table.schema.metadata),
  };
}

function describeRows(
  findings: readonly string[],
  labels: readonly Int8Array[],
  patientIds: readonly string[],
  rows: readonly number[],
): PartDescription {
  const counts = findings.map((finding, k) => {
    const values = labels[k] as Int8Array;
    const count = { positives: 0, negatives: 0, uncertain: 0, missing: 0 };
    for (const row of rows) {
      const value = values[row];
      if (value === 1) count.positives++;
      else if (value === 0) count.negatives++;
      else if (value === -1) count.uncertain++;
      else count.missing++;
    }
    return [finding, { ...count, prevalence: count.positives / rows.length }] as const;
  });
  const patients = new Set(rows.map((row) => patientIds[row] as string)).size;
  return { images: rows.length, patients, findings: Object.fromEntries(counts) };
}

/** What the reader has counted; a manifest from elsewhere may lack it. */
function readCounts(text: string | undefined): Pick<DatasetDescription, "read" | "dropped"> {
  const counts = JSON.parse(text ?? "{}") as Partial<Record<string, unknown>>;
  return {
    read: { rows: Number(counts.rowsRead), images: Number(counts.imagesRead) },
    dropped: (counts.dropped ?? {}) as Record<string, number>,
  };
}

function countValues(values: Iterable<string | null>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value ?? "unknown"] = (counts[value ?? "unknown"] ?? 0) + 1;
  return counts;
}

function describeAges(values: Iterable<number | null>): DatasetDescription["age"] {
  const ages = Array.from(values);
  const known = ages.filter((age) => age !== null);
  let [min, max, sum] = [known[0] ?? Number.NaN, known[0] ?? Number.NaN, 0];
  for (const age of known) {
    min = Math.min(min, age);
    max = Math.max(max, age);
    sum += age;
  }
  return { min, mean: sum / known.length, max, missing: ages.length - known.length };
}
