import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const root = join(folder, "chexpert");
export const written = await writeSyntheticDataset("chexpert", root, {
  images: 24,
  patients: 12,
  seed: 1,
  imageSize: 48,
  prevalence: "balanced", // no finding is rare, so that a few hundred images are enough to learn from
  variant: "small",
});
export const manifest = await readDataset("chexpert", root, { views: "all" });

await rm(folder, { recursive: true });
