import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDataset, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const root = join(await mkdtemp(join(tmpdir(), "collection-")), "padchest");
await writeSyntheticDataset("padchest", root, { images: 40, seed: 1, imageSize: 64 });
export const card = describeDataset(await readDataset("padchest", root));
