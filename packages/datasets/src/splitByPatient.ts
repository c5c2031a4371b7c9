import { Schema, type Table } from "apache-arrow";
import { requireInteger, requireOneOf } from "./_check.js";
import { stringsOf, tableOf, takeColumns, utf8Column } from "./_columns.js";
import { randomStream, shuffleInPlace } from "./_random.js";
import type { Manifest, Split } from "./Manifest.js";

/** Options of {@link splitByPatient}. */
export interface SplitByPatientOptions {
  /** Split that gives patients away. @defaultValue `"train"` */
  readonly from?: Split;
  /** Split that takes them. @defaultValue `"valid"` */
  readonly to?: Split;
  /** Share of the patients of `from` to move, in (0, 1); at least one moves and at least one stays. */
  readonly fraction: number;
  /** Seed of the choice, an integer ≥ 0. */
  readonly seed: number;
}

const where = "splitByPatient";

/**
 * Moves a random share of the patients of one split, with all their images, into another one. The choice depends
 * on the seed and the set of patient ids alone, not on the order of the rows.
 *
 * @param manifest - Manifest to split; it stays as it is.
 * @returns Manifest with the same rows and a new `split` column; the metadata records what was done.
 * @throws RangeError if an option is out of range or `from` has fewer than two patients.
 * @see Yagis et al. (2021), Scientific Reports 11, 22544, for what a split by image instead of by patient feigns.
 * @example
 * {@includeCode ../example/describeDataset.example.ts}
 */
export function splitByPatient(
  manifest: Manifest,
  { from = "train", to = "valid", fraction, seed }: SplitByPatientOptions,
): Manifest {
  const names = ["train", "valid", "test"];
  requireOneOf(where, "from", from, names);
  requireOneOf(where, "to", to, names);
  requireInteger(where, "seed", seed, 0);
  if (from === to) throw new RangeError(`${where}: to must differ from from, got ${to}`);
  if (!(fraction > 0 && fraction < 1))
    throw new RangeError(`${where}: fraction must lie in (0, 1), got ${fraction}`);
  const { table } = manifest;
  const splits = stringsOf(table, "split");
  const patientIds = stringsOf(table, "patientId");
  const patients = [...new Set(patientIds.filter((_, row) => splits[row] === from))].sort();
  if (patients.length < 2)
    throw new RangeError(`${where}: split ${from} must have at least two patients, got ${patients.length}`);
  const numMoved = Math.min(patients.length - 1, Math.max(1, Math.round(fraction * patients.length)));
  const moved = new Set(shuffleInPlace(patients, randomStream(seed, 20)).slice(0, numMoved));
  const isMoved = (row: number) => splits[row] === from && moved.has(patientIds[row] as string);
  const next = splits.map((split, row) => (isMoved(row) ? to : split));
  return { ...manifest, table: withSplits(table, next, { from, to, fraction, seed }) };
}

function withSplits(table: Table, splits: readonly string[], record: object): Table {
  const metadata = new Map(table.schema.metadata);
  const earlier = JSON.parse(metadata.get("splitByPatient") ?? "[]") as object[];
  metadata.set("splitByPatient", JSON.stringify([...earlier, record]));
  const { fields } = table.schema;
  const rows = Array.from(splits.keys());
  const columns = fields.map((field) => {
    if (field.name === "split") return utf8Column(splits);
    const chunks = table.getChild(field.name)?.data ?? [];
    return chunks.length === 1 ? chunks[0] : takeColumns(table, [field], rows)[0];
  });
  return tableOf(new Schema(fields, metadata), columns as NonNullable<(typeof columns)[number]>[]);
}
