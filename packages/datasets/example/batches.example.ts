import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openImageStore, prepareImages, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const root = join(folder, "chestxray14");
await writeSyntheticDataset("chestxray14", root, { images: 12, seed: 1, imageSize: 64 });
const out = join(folder, "images-32.arrow");
await prepareImages(await readDataset("chestxray14", root), { size: 32, out });

const store = await openImageStore(out);
export const sizes: number[] = [];
export let numImages = 0;
const order = { batchSize: 5, shuffle: true, seed: 1, epoch: 0, lastBatch: "pad" } as const;
for await (const { images, numValid } of store.batches({ ...order, pixels: "uint8" })) {
  sizes.push(images.length); // always 5 · 32 · 32 bytes
  numImages += numValid; // the rest of a last batch repeats images, with labels NaN
}
await store.close();

await rm(folder, { recursive: true });
