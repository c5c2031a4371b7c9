import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  checkSplits,
  type DatasetDescription,
  describeDataset,
  type ReadDatasetOptions,
  readDataset,
  splitByPatient,
} from "@cxrkit/datasets";
import { writeManifest } from "../manifestFile.js";
import type { Stage } from "../Stage.js";
import type { Study, StudyDataset } from "../Study.js";
import { writeFileAtomic } from "../writeFileAtomic.js";

/** Reads the label files, keeps some training patients for validation, and proves that no patient is in two splits. */
export async function readStage(study: Study, dataset: StudyDataset): Promise<Stage> {
  const { folder, validationFraction, seed } = study;
  const manifest = `manifests/${dataset.label}.arrow`;
  const card = descriptionPath(dataset);
  return {
    name: `read ${dataset.label}`,
    version: 2,
    options: { name: dataset.name, root: resolve(dataset.root), validationFraction, seed },
    inputs: await labelFiles(dataset),
    outputs: [manifest, card],
    async run({ note }) {
      const source = await readDataset(dataset.name, dataset.root, splitOf(dataset, seed));
      const split = splitByPatient(source, {
        from: "train",
        to: "valid",
        fraction: validationFraction,
        seed,
      });
      checkSplits(split);
      const description = describeDataset(split);
      await writeManifest(join(folder, manifest), split);
      await writeFileAtomic(join(folder, card), `${JSON.stringify(description, null, 2)}\n`);
      for (const { message, count } of split.warnings) note(`${count} × ${message}`);
    },
  };
}

/** File of a dataset's numbers. */
export function descriptionPath({ label }: StudyDataset): string {
  return `manifests/${label}.json`;
}

/** Reads a dataset's numbers. */
export async function readDescription(folder: string, dataset: StudyDataset): Promise<DatasetDescription> {
  return JSON.parse(await readFile(join(folder, descriptionPath(dataset)), "utf8")) as DatasetDescription;
}

/** Collections that the study splits itself: a fifth of the patients for testing. */
function splitOf({ name }: StudyDataset, splitSeed: number): ReadDatasetOptions {
  return name === "chexpert" || name === "mimic-cxr" ? { split: "study", splitSeed } : {};
}

/**
 * Every table and list in a dataset's folder and in folders of labels below it: when one changes, the dataset is read
 * again.
 */
async function labelFiles({ root }: StudyDataset): Promise<string[]> {
  const folders = [root];
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
      throw new Error(`study: data folder must be one that can be listed, got ${resolve(folder)}`, { cause });
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
