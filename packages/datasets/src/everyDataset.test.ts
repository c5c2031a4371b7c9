import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataPath } from "../test/tinyDataset.js";
import {
  checkSplits,
  type DatasetName,
  datasetNames,
  openImageStore,
  prepareImages,
  type ReadDatasetOptions,
  readDataset,
  writeSyntheticDataset,
} from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxrkit-every-"));
});
afterAll(() => rm(folder, { recursive: true }));

const size = 32;

/** From the files of a collection to its batches; gives the number of images that came out, and of labels known. */
async function pass(name: DatasetName, root: string, options: ReadDatasetOptions) {
  const manifest = await readDataset(name, root, options);
  checkSplits(manifest);
  const { protocol = "corrected" } = options;
  const recipe = protocol === "as-published" ? { name: protocol } : undefined;
  const out = join(folder, `${name}-${protocol}.arrow`);
  const { numImages, unreadable } = await prepareImages(manifest, {
    size,
    out,
    ...(recipe === undefined ? {} : { recipe }),
  });
  expect(unreadable).toEqual([]);
  expect(numImages).toBe(manifest.table.numRows);
  await using store = await openImageStore(out);
  const counts = { images: 0, labels: 0, spread: 0 };
  for await (const batch of store.batches({
    batchSize: 8,
    pixels: "uint8",
    shuffle: true,
    augment: { flip: true },
  })) {
    const { length } = batch.imageIds;
    expect(batch.images.length).toBe(length * size * size);
    expect(batch.labels.length).toBe(length * manifest.findings.length);
    counts.images += length;
    counts.labels += batch.labels.filter((label) => label === 1).length;
    counts.spread = Math.max(counts.spread, Math.max(...batch.images) - Math.min(...batch.images));
  }
  expect(counts.images).toBe(numImages);
  return counts;
}

test.each(datasetNames)(
  "%s runs from its own files through the reader and both recipes to batches",
  async (name) => {
    const root = join(folder, name);
    const { numImages } = await writeSyntheticDataset(name, root, {
      images: 20,
      patients: 10,
      imageSize: 96,
      seed: 3,
    });
    for (const protocol of ["corrected", "as-published"] as const) {
      const { images, labels, spread } = await pass(name, root, { protocol });
      expect(images).toBeGreaterThan(5);
      expect(images).toBeLessThanOrEqual(numImages);
      expect(labels).toBeGreaterThan(3);
      expect(spread).toBeGreaterThan(150);
    }
  },
);

const hasRealData = existsSync(dataPath("chestxray14-sample"));
test.skipIf(!hasRealData).each([
  ["chestxray14", "chestxray14-sample", 1305],
  ["chexpert", "kermany-as-chexpert", 1000],
] as const)(
  `real radiographs in the layout of %s run the same way${hasRealData ? "" : " (skipped: they are not here)"}`,
  async (name, path, count) => {
    const root = dataPath(path);
    const { images, labels } = await pass(name, root, name === "chexpert" ? { split: "study" } : {});
    expect(images).toBe(count);
    expect(labels).toBeGreaterThan(count / 2);
  },
);
