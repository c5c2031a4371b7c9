import { truncateSync } from "node:fs";
import { join } from "node:path";
import { Schema } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder, tinyDataset, tinyPixels } from "../test/tinyDataset.js";
import { placeImage } from "./_affine.js";
import { drawChange } from "./_augment.js";
import { manifestFields, nullableInt8Column, tableOf, takeColumns } from "./_columns.js";
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
  expect(rowsOf(await all(store, { batchSize: 2, split: "train", lastBatch: "drop" }))).toEqual([[0, 1]]);
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
  expect(ask({ prefetch: 65 })).toThrow("prefetch must lie in [0, 64], got 65");
  expect(ask({ lastBatch: "wrap" })).toThrow("lastBatch must be one of keep, drop, pad, got wrap");
  expect(ask({ balance: "hernia", weights: [1] })).toThrow("balance and weights must not be given together");
  expect(ask({ weights: [1, 2] })).toThrow("weights must be 5, one a row, got 2");
  expect(ask({ weights: [1, 2, -1, 0, 0] })).toThrow("weights must be finite numbers ≥ 0, got -1 at 2");
  expect(ask({ weights: [0, 0, 0, 0, 0] })).toThrow("at least one row must have a weight above 0");
  expect(ask({ balance: "gout" })).toThrow("got gout");
  expect(ask({ channels: 2 })).toThrow("channels must be one of 1, 3, got 2");
  expect(ask({ std: 0 })).toThrow("std must be above 0, got 0");
  expect(ask({ mean: [1, 2] })).toThrow("mean must be one number or 3");
  expect(ask({ rows: [7] })).toThrow("rows must lie in [0, 4], got 7");
  expect(ask({ rows: [0], split: "test" })).toThrow("split and rows must not be given together");
  expect(ask({ findings: ["gout"] })).toThrow("got gout");
  expect(ask({ augment: { rotationDegrees: -3 } })).toThrow("rotationDegrees must lie in [0, 180]");
});

test("a short last batch is filled by repeating its images with labels NaN", async () => {
  await using store = await tinyStore();
  const options = { batchSize: 3, shuffle: true, augment: { flip: true, rotationDegrees: 9 } } as const;
  const [, kept] = await all(store, options);
  const [, padded] = await all(store, { ...options, lastBatch: "pad" });
  expect([kept?.numValid, kept?.shape[0]]).toEqual([2, 2]);
  expect([padded?.numValid, padded?.shape]).toEqual([2, [3, 6, 6, 3]]);
  const [row, other] = kept?.rows ?? [];
  expect([...(padded?.rows ?? [])]).toEqual([row, other, row]);
  expect(padded?.imageIds[2]).toBe(padded?.imageIds[0]);
  const step = 6 * 6 * 3;
  expect(padded?.images.subarray(0, 2 * step)).toEqual(kept?.images);
  expect(padded?.images.subarray(2 * step)).toEqual(kept?.images.subarray(0, step));
  const numFindings = store.findings.length;
  expect(padded?.labels.subarray(0, 2 * numFindings)).toEqual(kept?.labels);
  expect([...(padded?.labels.subarray(2 * numFindings) ?? [])]).toEqual(
    new Array(numFindings).fill(Number.NaN),
  );
});

test("padding gives batches of one size that have every image once among those that count", () => {
  const plan = fc.record({
    numRows: fc.integer({ min: 0, max: 5 }),
    batchSize: fc.integer({ min: 1, max: 9 }),
  });
  return fc.assert(
    fc.asyncProperty(plan, async ({ numRows, batchSize }) => {
      await using store = await tinyStore();
      const rows = [4, 2, 0, 3, 1].slice(0, numRows);
      const batches = await all(store, { batchSize, rows, lastBatch: "pad" });
      expect(batches.map((batch) => batch.shape[0])).toEqual(batches.map(() => batchSize));
      expect(batches.flatMap((batch) => [...batch.rows.subarray(0, batch.numValid)])).toEqual(rows);
      for (const { labels, numValid } of batches) {
        const numKnown = labels.filter((label) => !Number.isNaN(label)).length;
        expect(numKnown).toBe(numValid * store.findings.length);
      }
    }),
    { numRuns: 15 },
  );
});

test("bytes are the pixels themselves, one channel, with the same changes as the numbers", async () => {
  await using store = await tinyStore();
  const augment = { flip: true, rotationDegrees: 20, brightness: 0.1 };
  for (const options of [
    { batchSize: 2 },
    { batchSize: 2, augment, shuffle: true, lastBatch: "pad" },
  ] as const) {
    const numbers = await all(store, { ...options, channels: 1 });
    let i = 0;
    for await (const { images, shape, labels, rows } of store.batches({ ...options, pixels: "uint8" })) {
      expect(images).toBeInstanceOf(Uint8Array);
      expect(shape).toEqual(numbers[i]?.shape);
      expect(Array.from(images, (grey) => Math.fround(grey / 255))).toEqual([...(numbers[i]?.images ?? [])]);
      expect([labels, rows]).toEqual([numbers[i]?.labels, numbers[i]?.rows]);
      i++;
    }
    expect(i).toBe(3);
  }
  expect(() => store.batches({ batchSize: 1, pixels: "uint8", mean: 0.5 } as never)).toThrow(
    "mean must be left out where pixels are bytes, got 0.5",
  );
  expect(() => store.batches({ batchSize: 1, pixels: "uint16" } as never)).toThrow("pixels must be one of");
});

test("balance gives positives and negatives of a finding equally often, weights each row its share", async () => {
  await using store = await tinyStore();
  const order = async (options: object) => rowsOf(await all(store, { batchSize: 5, ...options })).flat();
  const twice: number[] = [];
  for (let epoch = 0; epoch < 20; epoch++) {
    const rows = await order({ balance: "hernia", epoch, seed: 3 });
    expect(rows).toHaveLength(5);
    const positives = rows.filter((row) => row === 4).length;
    expect([2, 3]).toContain(positives);
    twice.push(positives);
  }
  expect(new Set(twice).size).toBe(2);
  expect((await order({ weights: [0, 1, 0, 0, 4] })).sort()).toEqual([1, 4, 4, 4, 4]);
  expect((await order({ weights: [1, 1, 1], split: "train" })).sort()).toEqual([0, 1, 2]);
  expect(await order({ weights: [], rows: [] })).toEqual([]);
  expect(await order({ balance: "hernia" })).toEqual([4, 1, 4, 4, 2]);
});

test("a row that comes several times in an epoch is changed differently each time, and start finds them again", async () => {
  await using store = await tinyStore();
  const options = {
    batchSize: 2,
    rows: [2, 3, 4],
    weights: [1, 0, 0],
    channels: 1,
    augment: { rotationDegrees: 40 },
  } as const;
  const whole = await all(store, options);
  expect(rowsOf(whole)).toEqual([[2, 2], [2]]);
  const images = whole.flatMap(({ images }) => [images.subarray(0, 36), images.subarray(36, 72)]);
  expect(new Set(images.filter((image) => image.length > 0).map(String)).size).toBe(3);
  expect(await all(store, { ...options, start: 1 })).toEqual(whole.slice(1));
  const [alone] = await all(store, { ...options, rows: [2], weights: [1] });
  expect(alone?.images).toEqual(images[0]);
});

/** A store with findings that have sides. */
async function sidedStore(
  findings: readonly string[],
  labels: readonly (readonly number[])[],
): Promise<ImageStore> {
  const { table, ...rest } = await readDataset("chestxray14", await tinyDataset());
  const fields = manifestFields(findings);
  const texts = takeColumns(table, fields.slice(0, 7), [0, 1, 2, 3, 4]);
  const columns = labels.map((values) => nullableInt8Column([...values]));
  const out = join(await temporaryFolder(), "sides.arrow");
  const sided = tableOf(new Schema(fields), [...texts, ...columns]);
  await prepareImages({ ...rest, findings, table: sided }, { size: 6, out });
  return openImageStore(out);
}

test("a flip exchanges the labels of left and right, also of a side that was not asked for, and no others", async () => {
  const findings = ["edema", "effusion_left", "mass_left", "effusion_right", "mass_right"];
  const codes = [0, 1, 2, 3, 4].map((k) => [0, 1, 2, 3, 4].map((row) => ((row * 3 + k * k) % 5 > 1 ? 1 : 0)));
  await using store = await sidedStore(findings, codes);
  const label = (row: number, finding: string) => codes[findings.indexOf(finding)]?.[row];
  const other: Record<string, string> = {
    effusion_left: "effusion_right",
    mass_right: "mass_left",
    edema: "edema",
  };
  let numFlipped = 0;
  for (let epoch = 0; epoch < 6; epoch++)
    for (const swapSides of [true, false]) {
      const asked = ["mass_right", "edema", "effusion_left"];
      const augment = { flip: true, ...(swapSides ? {} : { swapSides }) };
      const [batch] = await all(store, { batchSize: 5, findings: asked, epoch, augment, channels: 1 });
      const expected = [0, 1, 2, 3, 4].flatMap((row) => {
        const isFlipped = drawChange(augment, 6, randomStream(0, epoch, 2, row)).flip;
        numFlipped += Number(isFlipped && swapSides);
        return asked.map((finding) =>
          label(row, isFlipped && swapSides ? (other[finding] as string) : finding),
        );
      });
      expect([...(batch?.labels ?? [])]).toEqual(expected);
    }
  expect(numFlipped).toBeGreaterThan(8);
});

test("a flip of a finding whose other side the store does not know is refused", async () => {
  await using store = await sidedStore(["mass_left"], [[0, 1, 0, 1, 0]]);
  expect(() => store.batches({ batchSize: 1, augment: { flip: true } })).toThrow(
    "ImageStore.batches: a flip must find a label of mass_right for mass_left, got a store without it; pass augment.swapSides: false",
  );
  expect(await all(store, { batchSize: 5, augment: { flip: true, swapSides: false } })).toHaveLength(1);
  expect(await all(store, { batchSize: 5, augment: { rotationDegrees: 3 } })).toHaveLength(1);
});

test.each([0, 1, 3])("with prefetch %i the batches are the same", async (prefetch) => {
  await using store = await tinyStore();
  const options = { batchSize: 1, shuffle: true, seed: 8, augment: { flip: true, rotationDegrees: 9 } };
  expect(await all(store, { ...options, prefetch })).toEqual(await all(store, options));
});

test("a batch that was given stays as it is while later ones are made", async () => {
  await using store = await tinyStore();
  const options = { batchSize: 1, augment: { rotationDegrees: 20 } } as const;
  for (const pixels of ["uint8", "float32"] as const) {
    const given: { images: Uint8Array | Float32Array; copy: Uint8Array | Float32Array }[] = [];
    for await (const { images } of store.batches({ ...options, pixels } as BatchesOptions))
      given.push({ images, copy: images.slice() });
    for (const { images, copy } of given) expect(images).toEqual(copy);
  }
});

test("a pixel that cannot be read any more is an error of the loop, not of the process", async () => {
  const store = await tinyStore();
  const batches = store.batches({ batchSize: 1, prefetch: 3 })[Symbol.asyncIterator]();
  expect((await batches.next()).done).toBe(false);
  truncateSync(store.path, 300);
  const rest = async () => {
    while (!(await batches.next()).done);
  };
  await expect(rest()).rejects.toThrow(/ImageStore: file must have at least \d+ bytes/);
  await store.close();
});
