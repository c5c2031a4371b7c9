import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AucEstimate, Comparison } from "@cxrkit/statistics";

/** A part of the test images, such as the women among them. */
export interface SubgroupResult {
  /** What the images are parted by. */
  readonly by: "sex" | "age" | "view";
  /** Which part. */
  readonly group: string;
  readonly numImages: number;
  readonly numPatients: number;
  /** Of each model, by name; findings with too few positives in this part are not there. */
  readonly models: Readonly<
    Record<string, { readonly perFinding: readonly AucEstimate[]; readonly macro: AucEstimate }>
  >;
}

/** One comparison on one dataset. */
export interface ComparisonRecord {
  /** Label of the dataset. */
  readonly dataset: string;
  /** Name of the comparison. */
  readonly name: string;
  /** Model's file name by start. */
  readonly models: Readonly<Record<string, string>>;
  readonly numImages: number;
  /** Repaired statistics. After `summarise`, p values are adjusted over all datasets and comparisons. */
  readonly comparison: Comparison;
  /** The published study's statistics of the same scores. */
  readonly published: Comparison;
  /** Thresholds from the validation images by start, one a finding; undefined where they are fitted to the test images. */
  readonly thresholds?: Readonly<Record<string, readonly number[]>>;
  /** Findings with too few positives to say anything, and how many they have. */
  readonly leftOut: readonly { readonly finding: string; readonly numPositives: number }[];
  readonly subgroups: readonly SubgroupResult[];
}

/** A model on a dataset, its own or another, by the findings that the two share. */
export interface CrossResult {
  readonly start: string;
  /** Label of the dataset that it was trained on. */
  readonly train: string;
  /** Label of the dataset whose test images it scored. */
  readonly test: string;
  readonly numImages: number;
  readonly perFinding: readonly AucEstimate[];
  /** Mean over the findings that all datasets of the study share, so that cells can be compared. */
  readonly macro: AucEstimate;
}

/** All results of a study. */
export interface StudyResults {
  readonly title: string;
  readonly protocol: string;
  readonly comparisons: readonly ComparisonRecord[];
  readonly cross: readonly CrossResult[];
  /** Findings that all datasets share, in the study's vocabulary; empty without tests across datasets. */
  readonly sharedFindings: readonly string[];
}

/** File of all results. */
export const resultsPath = "results.json";

/** Reads all results; JSON has no NaN and says null. */
export async function readResults(folder: string): Promise<StudyResults> {
  return parseNumbers(await readFile(join(folder, resultsPath), "utf8")) as StudyResults;
}

/** Reads one comparison. */
export async function readComparison(folder: string, path: string): Promise<ComparisonRecord> {
  return parseNumbers(await readFile(join(folder, path), "utf8")) as ComparisonRecord;
}

function parseNumbers(text: string): unknown {
  return JSON.parse(text, (_, value) => value ?? Number.NaN);
}
