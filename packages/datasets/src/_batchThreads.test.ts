import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, tinyDataset } from "../test/tinyDataset.js";
import type { Batch, ByteBatch } from "./Batch.js";
import type { BatchesOptions, ByteBatchesOptions, ImageStore } from "./ImageStore.js";
import { openImageStore } from "./openImageStore.js";
import { prepareImages } from "./prepareImages.js";
import { readDataset } from "./readDataset.js";

const worker = new URL("../dist/_batchWorker.js", import.meta.url);
const withWorkers = test.skipIf(!existsSync(worker));

type Options = BatchesOptions | ByteBatchesOptions;

async function tinyStore(): Promise<string> {
  const manifest = await readDataset("chestxray14", await tinyDataset());
  const out = join(await temporaryFolder(), "store.arrow");
  await prepareImages(manifest, { size: 6, out, batchRows: 2 });
  return out;
}

/** Opens a store by the built files, which alone can start workers. */
async function openBuilt(path: string): Promise<ImageStore> {
  const built = (await import(new URL("openImageStore.js", worker).href)) as {
    openImageStore: typeof openImageStore;
  };
  return built.openImageStore(path);
}

const iterate = (store: ImageStore, options: Options) =>
  store.batches(options as BatchesOptions) as AsyncIterable<Batch | ByteBatch>;

/** The batches as they are while each is in use, given back afterwards if that is asked for. */
async function copies(store: ImageStore, options: Options, giveBack = false): Promise<(Batch | ByteBatch)[]> {
  const batches: (Batch | ByteBatch)[] = [];
  for await (const batch of iterate(store, options)) {
    batches.push({ ...batch, images: batch.images.slice() } as Batch | ByteBatch);
    if (giveBack) store.release(batch);
  }
  return batches;
}

const threads = () =>
  process.getActiveResourcesInfo().filter((name) => name === "Worker" || name === "MessagePort");

const augment = { flip: true, rotationDegrees: 20, shift: 0.2, contrast: 0.1 };
const cases: Record<string, Options> = {
  "bytes as they are": { batchSize: 2, pixels: "uint8" },
  "changed bytes, padded": { batchSize: 2, pixels: "uint8", augment, shuffle: true, lastBatch: "pad" },
  "changed numbers": { batchSize: 3, augment, seed: 5, mean: [0.1, 0.2, 0.3], std: 0.5 },
  "numbers of one channel, from the second batch on": { batchSize: 1, channels: 1, start: 1 },
  "images that come more than once": { batchSize: 2, augment, weights: [5, 0, 0, 0, 1] },
};

for (const [what, options] of Object.entries(cases))
  withWorkers(`workers make the same batches: ${what} (needs a build)`, async () => {
    const path = await tinyStore();
    await using here = await openImageStore(path);
    await using there = await openBuilt(path);
    const expected = await copies(here, options);
    expect(expected.length).toBeGreaterThan(1);
    for (const giveBack of [false, true]) {
      expect(await copies(here, options, giveBack)).toEqual(expected);
      for (const workers of [1, 3])
        expect(await copies(there, { ...options, workers }, giveBack)).toEqual(expected);
    }
  });

test("the memory of a batch is used again only if that was given back", async () => {
  await using store = await openImageStore(await tinyStore());
  for (const [giveBack, expected] of [
    [false, 5],
    [true, 2],
  ] as const) {
    const arrays = new Set<unknown>();
    for await (const batch of store.batches({ batchSize: 1 })) {
      arrays.add(batch.images);
      if (giveBack) store.release(batch);
    }
    expect(arrays.size).toBe(expected);
  }
  const [first] = await copies(store, { batchSize: 1, pixels: "uint8" });
  expect(first?.images).toBeInstanceOf(Uint8Array);
});

test("a batch is given back once, and to its own store", async () => {
  await using store = await openImageStore(await tinyStore());
  await using another = await openImageStore(await tinyStore());
  for await (const batch of store.batches({ batchSize: 5 })) {
    expect(() => another.release(batch)).toThrow(/ImageStore\.release: batch must be one of this store/);
    store.release(batch);
    expect(() => store.release(batch)).toThrow(/that was not given back, got another/);
  }
});

withWorkers("workers end with their store, which then says that it is closed (needs a build)", async () => {
  const store = await openBuilt(await tinyStore());
  const batches = iterate(store, { batchSize: 1, workers: 2 })[Symbol.asyncIterator]();
  await batches.next();
  await store.close();
  await expect(
    (async () => {
      for (let i = 0; i < 4; i++) await batches.next();
    })(),
  ).rejects.toThrow(/ImageStore: .*store\.arrow must be open, got a closed store/);
  expect(threads()).toEqual([]);
});

withWorkers("a file that was cut short is an error that names it (needs a build)", async () => {
  const path = await tinyStore();
  await using store = await openBuilt(path);
  expect(store.table.numRows).toBe(5);
  truncateSync(path, 400);
  const error = await copies(store, { batchSize: 5, workers: 1 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RangeError);
  expect(String(error)).toMatch(/ImageStore: .*store\.arrow must have at least \d+ bytes, got 400$/);
});

withWorkers("a program that forgets to close its store ends all the same (needs a build)", async () => {
  const program = `
    import { openImageStore } from ${JSON.stringify(new URL("index.js", worker).href)};
    const store = await openImageStore(${JSON.stringify(await tinyStore())});
    let count = 0;
    for await (const batch of store.batches({ batchSize: 2, workers: 2 })) count += batch.numValid;
    if (count !== 5) process.exitCode = 1;`;
  const flags = ["--input-type=module", "--eval", program];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "inherit", "inherit"] });
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each([-1, 0.5, 65])("%d workers are refused", async (workers) => {
  await using store = await openImageStore(await tinyStore());
  expect(() => store.batches({ batchSize: 1, workers })).toThrow(
    /ImageStore\.batches: workers must .*, got /,
  );
});
