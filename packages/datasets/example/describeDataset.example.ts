import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkSplits,
  describeDataset,
  readDataset,
  splitByPatient,
  writeSyntheticDataset,
} from "@cxrkit/datasets";

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const root = join(folder, "chestxray14");
await writeSyntheticDataset("chestxray14", root, { images: 20, patients: 12, seed: 1, imageSize: 16 });

const official = await readDataset("chestxray14", root);
const manifest = splitByPatient(official, { from: "train", to: "valid", fraction: 0.2, seed: 1 });
export const overlaps = checkSplits(manifest); // throws if a patient were in two splits
export const { images, splits } = describeDataset(manifest);

await rm(folder, { recursive: true });
