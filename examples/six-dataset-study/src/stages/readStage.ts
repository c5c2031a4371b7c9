import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  checkSplits,
  type DatasetDescription,
  describeDataset,
  type Manifest,
  type ReadDatasetOptions,
  readDataset,
  splitByPatient,
} from "@cxrkit/datasets";
import type { Stage } from "../graph/Stage.js";
import { writeManifest } from "../manifestFile.js";
import { mergeValidation } from "../mergeValidation.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { trainingCounts } from "../trainingCounts.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { drawnFiles } from "./writeStage.js";

/** Reads the label files, sets the validation images apart, and proves that no patient is in two splits. */
export function readStage(study: Study, dataset: StudyDataset): Stage {
  const { folder, validationFraction, seed, protocol } = study;
  const { validation, reading, positivesOf } = protocol;
  const outputs = [manifestPath(dataset), descriptionPath(dataset), countsPath(dataset)];
  return {
    name: `read ${dataset.label}`,
    kind: "read",
    dataset: dataset.label,
    version: 3,
    options: {
      name: dataset.name,
      root: resolve(dataset.root),
      ...{ validationFraction, seed, validation, reading, positivesOf },
    },
    inputs: drawnFiles(study, dataset),
    sources: () => labelFiles(dataset),
    outputs,
    async run({ note, signal }) {
      const options = { ...splitOf(dataset, seed), protocol: reading, signal };
      const headers = isDicom(dataset) ? { readHeaders: true } : {};
      const source = await readDataset(dataset.name, dataset.root, { ...options, ...headers });
      const manifest = withValidation(source, study);
      checkSplits(manifest);
      const counted =
        positivesOf === "all views"
          ? await readDataset(dataset.name, dataset.root, { ...options, views: "all", checkImages: false })
          : manifest;
      const description = describeDataset(manifest);
      const counts = trainingCounts(counted, protocol.labels, validation === "test");
      await writeManifest(join(folder, manifestPath(dataset)), manifest);
      await writeFileAtomic(
        join(folder, descriptionPath(dataset)),
        `${JSON.stringify(description, null, 2)}\n`,
      );
      await writeFileAtomic(join(folder, countsPath(dataset)), `${JSON.stringify(counts, null, 2)}\n`);
      for (const { message, count } of manifest.warnings) note(`${count} × ${message}`);
    },
  };
}

/** File of a dataset's table. */
export function manifestPath({ label }: StudyDataset): string {
  return `manifests/${label}.arrow`;
}

/** File of a dataset's numbers. */
export function descriptionPath({ label }: StudyDataset): string {
  return `manifests/${label}.json`;
}

/** File of the counts behind the weights of positive labels. */
export function countsPath({ label }: StudyDataset): string {
  return `manifests/${label}-counts.json`;
}

/** Reads a dataset's numbers. */
export async function readDescription(folder: string, dataset: StudyDataset): Promise<DatasetDescription> {
  return JSON.parse(await readFile(join(folder, descriptionPath(dataset)), "utf8")) as DatasetDescription;
}

/**
 * Validation images are those of the release, or some of the training patients; where the test images validate, what a
 * release has for validation is for training.
 */
function withValidation(source: Manifest, { protocol, validationFraction, seed }: Study): Manifest {
  const hasValidation = Array.from(source.table.getChild("split") ?? [], String).includes("valid");
  if (protocol.validation === "test") return hasValidation ? mergeValidation(source) : source;
  if (hasValidation) return source;
  return splitByPatient(source, { from: "train", to: "valid", fraction: validationFraction, seed });
}

/** Collections that the study splits itself: a fifth of the patients for testing. */
function splitOf({ name }: StudyDataset, splitSeed: number): ReadDatasetOptions {
  return name === "chexpert" || name === "mimic-cxr" || name === "padchest"
    ? { split: "study", splitSeed }
    : {};
}

/** Collections whose sex and age are in the image files alone. */
function isDicom({ name }: StudyDataset): boolean {
  return name === "vindr-cxr" || name === "vindr-pcxr";
}

/**
 * Every table and list in a dataset's folder and in folders of labels below it: when one changes, the dataset is read
 * again.
 */
async function labelFiles({ root, label }: StudyDataset): Promise<string[]> {
  const folders = [root];
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
      throw new Error(
        `study: data folder of ${label} must be one that can be listed, got ${resolve(folder)}`,
        {
          cause,
        },
      );
    });
    for (const entry of entries) {
      const path = resolve(folder, entry.name);
      if (entry.isDirectory() && labelFolder.test(entry.name)) folders.push(path);
      else if (/\.(csv|csv\.gz|txt)$/.test(entry.name)) files.push(path);
    }
  }
  return files.sort();
}

/** Folders in which one of the collections keeps its labels. */
const labelFolder = /^(annotations|labels|metadata|chest_radiograph|UKA|CheXpert-v1\.0(-small)?)$/;
