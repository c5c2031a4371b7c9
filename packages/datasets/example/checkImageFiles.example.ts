import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkImageFiles, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const root = join(folder, "chestxray14");
await writeSyntheticDataset("chestxray14", root, { images: 6, patients: 4, seed: 1, imageSize: 16 });

const manifest = await readDataset("chestxray14", root);
await rm(join(root, manifest.table.getChild("path")?.get(2) as string));
export const report = await checkImageFiles(manifest); // one absent, five readable, no two alike

await rm(folder, { recursive: true });
