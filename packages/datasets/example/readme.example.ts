import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openImageStore, prepareImages, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const root = join(folder, "chestxray14"); // or the folder of your own copy
await writeSyntheticDataset("chestxray14", root, { images: 12, seed: 1, imageSize: 64 });

const manifest = await readDataset("chestxray14", root); // an Arrow table, one row an image
const out = join(folder, "images-32.arrow");
await prepareImages(manifest, { size: 32, out }); // once; goes on where it was stopped

const store = await openImageStore(out); // the pixels stay on disk
const augment = { flip: true, rotationDegrees: 7 };
export const shapes: (readonly number[])[] = [];
for await (const batch of store.batches({ split: "train", batchSize: 4, shuffle: true, seed: 1, augment }))
  shapes.push(batch.shape); // batch.images [B, 32, 32, 3], batch.labels [B, 15]
await store.close();

await rm(folder, { recursive: true });
