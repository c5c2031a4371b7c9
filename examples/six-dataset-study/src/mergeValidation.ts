import type { Manifest } from "@cxrkit/datasets";
import { Schema, Table, Utf8, vectorFromArray } from "apache-arrow";

/** A manifest whose validation images are training images. */
export function mergeValidation(manifest: Manifest): Manifest {
  const { table } = manifest;
  const splits = Array.from(table.getChild("split") ?? [], (split) =>
    split === "valid" ? "train" : String(split),
  );
  const merged = table.setChild("split", vectorFromArray(splits, new Utf8()));
  const { fields, metadata } = merged.schema;
  const next = new Map([...metadata, ["study.validation", "merged into train"]]);
  return { ...manifest, table: new Table(new Schema(fields, next), merged.batches) };
}
