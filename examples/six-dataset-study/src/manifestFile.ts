import { readFile } from "node:fs/promises";
import type { DatasetName, Manifest } from "@cxrkit/datasets";
import { Schema, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { writeFileAtomic } from "./writeFileAtomic.js";

/** Columns of a manifest before those of the findings. */
const numFixedColumns = 7;

/** Keeps a manifest as one Arrow file, its folder and warnings in the schema's metadata. */
export async function writeManifest(path: string, { table, root, warnings }: Manifest): Promise<void> {
  const metadata = new Map(table.schema.metadata);
  metadata.set("study.root", root);
  metadata.set("study.warnings", JSON.stringify(warnings));
  const schema = new Schema(table.schema.fields, metadata);
  await writeFileAtomic(path, tableToIPC(new Table(schema, table.batches), "file"));
}

/** Reads what {@link writeManifest} wrote. */
export async function readManifest(path: string): Promise<Manifest> {
  const table = tableFromIPC(await readFile(path));
  const { metadata, fields } = table.schema;
  return {
    table,
    dataset: metadata.get("dataset") as DatasetName,
    root: metadata.get("study.root") as string,
    findings: fields.slice(numFixedColumns).map(({ name }) => name),
    warnings: JSON.parse(metadata.get("study.warnings") ?? "[]") as Manifest["warnings"],
  };
}
