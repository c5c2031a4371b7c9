import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, tinyDataset, tinyPixels } from "../test/tinyDataset.js";
import { placeImage } from "./_affine.js";
import { drawChange } from "./_augment.js";
import { randomStream } from "./_random.js";
import type { Batch } from "./Batch.js";
import type { BatchesOptions, ImageStore } from "./ImageStore.js";
import { openImageStore } from "./openImageStore.js";
import { prepareImages } from "./prepareImages.js";
import { readDataset } from "./readDataset.js";

async function tinyStore(): Promise<ImageStore> {
  const manifest = await readDataset("chestxray14", await tinyDataset());
  const out = join(await temporaryFolder(), "store.arrow");
  await prepareImages(manifest, { size: 6, out, batchRows: 2 });
  return openImageStore(out);
}

async function all(store: ImageStore, options: BatchesOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of store.batches(options)) batches.push(batch);
  return batches;
}

const rowsOf = (batches: readonly Batch[]) => batches.map(({ rows }) => [...rows]);

test("images come in the order of the rows, as numbers of [0, 1] in three equal channels", async () => {
  await using store = await tinyStore();
  const batches = await all(store, { batchSize: 2 });
  expect(rowsOf(batches)).toEqual([[0, 1], [2, 3], [4]]);
  expect(batches[1]?.shape).toEqual([2, 6, 6, 3]);
  expect(batches[2]?.images).toHaveLength(36 * 3);
  const expected = Array.from(tinyPixels(3, 6)).flatMap((grey) => [grey / 255, grey / 255, grey / 255]);
  expect(batches[1]?.images.subarray(36 * 3)).toBeAllclose(expected);
  expect(batches[1]?.imageIds).toEqual(["90000002_003.png", "90000003_000.png"]);
  expect(batches[1]?.patientIds).toEqual(["90002", "90003"]);
});

test("one channel, mean and standard deviation are applied as asked", async () => {
  await using store = await tinyStore();
  const [grey] = await all(store, { batchSize: 1, channels: 1, mean: 0.5, std: 0.25 });
  expect(grey?.shape).toEqual([1, 6, 6, 1]);
  expect(grey?.images).toBeAllclose(
    Array.from(tinyPixels(0, 6), (v) => (v / 255 - 0.5) / 0.25),
    { atol: 1e-6 },
  );
  const [colour] = await all(store, { batchSize: 1, mean: [0.1, 0.2, 0.3], std: [1, 2, 4] });
  expect(colour?.images.subarray(0, 3)).toBeAllclose([-0.1, -0.1, -0.075]);
});

test("labels follow the findings asked for and the rows of the batch", async () => {
  await using store = await tinyStore();
  const [batch] = await all(store, { batchSize: 5, findings: ["hernia", "no_finding"], rows: [4, 2, 0] });
  expect([...(batch?.labels ?? [])]).toEqual([1, 0, 0, 1, 0, 0]);
  expect([...(batch?.rows ?? [])]).toEqual([4, 2, 0]);
});

test("splits are taken apart, and a short last batch is given or left out", async () => {
  await using store = await tinyStore();
  expect(rowsOf(await all(store, { batchSize: 2, split: "train" }))).toEqual([[0, 1], [2]]);
  expect(rowsOf(await all(store, { batchSize: 2, split: "train", dropLast: true }))).toEqual([[0, 1]]);
  expect(await all(store, { batchSize: 2, split: "valid" })).toEqual([]);
});

test("a shuffled order has every row once, depends on seed and epoch, and is the same on every machine", async () => {
  await using store = await tinyStore();
  const order = async (seed: number, epoch: number) =>
    rowsOf(await all(store, { batchSize: 5, shuffle: true, seed, epoch })).flat();
  const first = await order(1, 0);
  expect([...first].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(await order(1, 0)).toEqual(first);
  const others = await Promise.all([1, 2, 3, 4, 5].map((epoch) => order(1, epoch)));
  expect(new Set(others.map(String)).size).toBeGreaterThan(3);
  expect(await order(2, 0)).not.toEqual(first);
  expect(first).toEqual([0, 3, 4, 2, 1]);
});

test("starting inside an epoch gives exactly the batches that were left", async () => {
  await using store = await tinyStore();
  const options = {
    batchSize: 2,
    shuffle: true,
    seed: 3,
    epoch: 2,
    augment: { flip: true, rotationDegrees: 20, shift: 0.3, scale: 0.1, brightness: 0.1, contrast: 0.2 },
  };
  const whole = await all(store, options);
  for (const start of [0, 1, 2, 3, 9])
    expect(await all(store, { ...options, start })).toEqual(whole.slice(start));
});

test("an image's random change depends on seed, epoch and row, not on batch size or order", async () => {
  await using store = await tinyStore();
  const augment = { flip: true, rotationDegrees: 30 };
  const image = async (row: number, options: BatchesOptions) => {
    for (const { rows, images } of await all(store, { channels: 1, augment, ...options })) {
      const i = rows.indexOf(row);
      if (i >= 0) return images.slice(i * 36, (i + 1) * 36);
    }
    return undefined;
  };
  const changed = await image(2, { batchSize: 1, seed: 4 });
  expect(await image(2, { batchSize: 3, seed: 4, shuffle: true })).toEqual(changed);
  expect(await image(2, { batchSize: 1, seed: 4, epoch: 1 })).not.toEqual(changed);
  const expected = new Uint8Array(36);
  placeImage(tinyPixels(2, 6), expected, 6, drawChange(augment, 6, randomStream(4, 0, 2, 2)));
  expect(changed).toBeAllclose(Array.from(expected, (grey) => grey / 255));
});

test("changes are drawn over their whole range, half of them flipped, each part apart from the others", () => {
  const draw = (augment: object) =>
    Array.from({ length: 4000 }, (_, row) => drawChange(augment, 100, randomStream(9, 0, row)));
  const changes = draw({ flip: true, rotationDegrees: 7, shift: 0.1 });
  const degrees = changes.map((change) => change.degrees);
  expect(changes.filter((change) => change.flip).length / 4000).toBeCloseTo(0.5, 1);
  expect(Math.min(...degrees)).toBeLessThan(-6.9);
  expect(Math.max(...degrees)).toBeGreaterThan(6.9);
  expect(Math.max(...degrees.map(Math.abs))).toBeLessThanOrEqual(7);
  expect(degrees.reduce((sum, angle) => sum + angle, 0) / 4000).toBeCloseTo(0, 0);
  expect(new Set(changes.map((change) => change.right)).size).toBe(21);
  expect(draw({ rotationDegrees: 7 }).map((change) => change.degrees)).toEqual(degrees);
  expect(draw({ flip: false }).some((change) => change.flip)).toBe(false);
});

test("brightness and contrast change grey values and stay inside [0, 1]", async () => {
  await using store = await tinyStore();
  const [batch] = await all(store, { batchSize: 5, channels: 1, augment: { brightness: 1, contrast: 1 } });
  const [plain] = await all(store, { batchSize: 5, channels: 1 });
  expect(batch?.images).not.toEqual(plain?.images);
  expect(Math.min(...(batch?.images ?? []))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...(batch?.images ?? []))).toBeLessThanOrEqual(1);
});

test("leaving the loop early is clean, also while the next batch is being read", async () => {
  const store = await tinyStore();
  for await (const batch of store.batches({ batchSize: 1 })) {
    expect(batch.rows).toHaveLength(1);
    break;
  }
  await store.close();
  await expect(all(store, { batchSize: 1 })).rejects.toThrow("must be open, got a closed store");
});

test("options are checked when batches are asked for", async () => {
  await using store = await tinyStore();
  const ask = (options: object) => () => store.batches({ batchSize: 2, ...options });
  expect(ask({ batchSize: 0 })).toThrow("batchSize must be an integer ≥ 1, got 0");
  expect(ask({ start: -1 })).toThrow("start must be");
  expect(ask({ seed: 0.5 })).toThrow("seed must be");
  expect(ask({ channels: 2 })).toThrow("channels must be one of 1, 3, got 2");
  expect(ask({ std: 0 })).toThrow("std must be above 0, got 0");
  expect(ask({ mean: [1, 2] })).toThrow("mean must be one number or 3");
  expect(ask({ rows: [7] })).toThrow("rows must lie in [0, 4], got 7");
  expect(ask({ rows: [0], split: "test" })).toThrow("split and rows must not be given together");
  expect(ask({ findings: ["gout"] })).toThrow("got gout");
  expect(ask({ augment: { rotationDegrees: -3 } })).toThrow("rotationDegrees must lie in [0, 180]");
});
