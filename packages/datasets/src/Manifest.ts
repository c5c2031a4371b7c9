import type { Table } from "apache-arrow";

/** Names of the collections that {@link readDataset} can read. */
export const datasetNames = [
  "vindr-cxr",
  "chestxray14",
  "chexpert",
  "mimic-cxr",
  "uka-cxr",
  "taix-ray",
  "padchest",
  "vindr-pcxr",
] as const;

/** Name of a collection that {@link readDataset} can read. */
export type DatasetName = (typeof datasetNames)[number];

/** Part of a collection that an image belongs to. */
export type Split = "train" | "valid" | "test";

/** Way of working that an artefact names: the authors' own, or the repaired one. */
export type Protocol = "as-published" | "corrected";

/** Something in the source that was set right or left out, counted instead of thrown. */
export interface DatasetWarning {
  /** Short word for the kind, such as `ageOutOfRange`. */
  readonly code: string;
  /** Number of rows, images or patients concerned. */
  readonly count: number;
  /** What was found and what was done about it, in one sentence. */
  readonly message: string;
  /** The first few cases, each with its file and row or its id. */
  readonly examples: readonly string[];
}

/** What a collection holds, one row an image: exactly what the source says, before any policy. */
export interface Manifest {
  /**
   * Columns `imageId`, `patientId`, `path` (relative to `root`), `split`, `view`, `sex`, `age` (years), then one
   * nullable Int8 column a finding: 1 present, 0 absent, −1 uncertain, null not mentioned. The schema's metadata
   * name dataset, version, licence, citation, url, overlaps with other collections, protocol, split with its rule and
   * seed, views, counts (rows and images read, images and patients kept, images dropped by reason; JSON) and the
   * SHA-256 of each label file (JSON).
   */
  readonly table: Table;
  /** Name of the collection: one of those that readDataset reads, or any other of a manifest made by hand. */
  readonly dataset: DatasetName | (string & {});
  /** Folder that the paths of the table are relative to. */
  readonly root: string;
  /** Names of the finding columns, in the order of the table. */
  readonly findings: readonly string[];
  /** What was set right or left out while reading. */
  readonly warnings: readonly DatasetWarning[];
}
