import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Int8, makeTable, Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { temporaryFolder, tinyDataset, tinyPixels } from "../test/tinyDataset.js";
import { batchOf, bytesColumn, manifestFields, takeColumns } from "./_columns.js";
import { randomStream } from "./_random.js";
import { encodeBatch, encodeTail, fileHead, storeSchema } from "./_storeFormat.js";
import { openImageStore } from "./openImageStore.js";
import { prepareImages } from "./prepareImages.js";
import { readDataset } from "./readDataset.js";

async function tinyStore(batchRows = 2): Promise<string> {
  const manifest = await readDataset("chestxray14", await tinyDataset());
  const out = join(await temporaryFolder(), "store.arrow");
  await prepareImages(manifest, { size: 6, out, batchRows });
  return out;
}

/** Writes a store by hand, with other metadata or another width of pixels than prepareImages would. */
async function forgedStore(metadata: Record<string, string>, pixelsSize: number): Promise<string> {
  const { table, findings } = await readDataset("chestxray14", await tinyDataset());
  const fields = manifestFields(findings);
  const schema = storeSchema(fields, pixelsSize, new Map(Object.entries(metadata)));
  const pixels = bytesColumn(new Uint8Array(5 * pixelsSize ** 2), pixelsSize ** 2);
  const batch = batchOf(schema, [...takeColumns(table, fields, [0, 1, 2, 3, 4]), pixels]);
  const { bytes, block } = encodeBatch(batch, fileHead.length);
  const path = join(await temporaryFolder(), "forged.arrow");
  writeFileSync(path, Buffer.concat([fileHead, bytes, encodeTail(schema, [block])]));
  return path;
}

test("each row is read from its place, whatever the size of the record batches", async () => {
  for (const batchRows of [1, 2, 3, 5, 100]) {
    await using store = await openImageStore(await tinyStore(batchRows));
    for (const row of [4, 0, 3, 2, 1]) expect(await store.pixels(row)).toEqual(tinyPixels(row, 6));
  }
});

test("splits are found, and rows outside the store are refused", async () => {
  await using store = await openImageStore(await tinyStore());
  expect([...store.rows("train")]).toEqual([0, 1, 2]);
  expect([...store.rows("test")]).toEqual([3, 4]);
  expect([...store.rows("valid")]).toEqual([]);
  expect([...store.rows()]).toEqual([0, 1, 2, 3, 4]);
  await expect(store.pixels(5)).rejects.toThrow("row must be an integer from 0 to 4, got 5");
  await expect(store.pixels(0.5)).rejects.toThrow("got 0.5");
  expect(() => store.rows("all" as never)).toThrow("split must be one of train, valid, test");
});

test("a closed store says so, and closing twice is harmless", async () => {
  const store = await openImageStore(await tinyStore());
  await store.close();
  await store.close();
  await expect(store.pixels(0)).rejects.toThrow("must be open, got a closed store");
});

test("a path without a file and a file that is not Arrow are refused", async () => {
  const folder = await temporaryFolder();
  await expect(openImageStore(join(folder, "none.arrow"))).rejects.toThrow(
    /must be an image store, got ENOENT/,
  );
  const text = join(folder, "text.arrow");
  writeFileSync(text, "Image Index,Finding Labels,Follow-up #");
  await expect(openImageStore(text)).rejects.toThrow("must be an Arrow IPC file, got another beginning");
  writeFileSync(text, "");
  await expect(openImageStore(text)).rejects.toThrow("must be an Arrow IPC file, got 0 bytes");
});

test("an Arrow file that is no image store is refused", async () => {
  const path = join(await temporaryFolder(), "other.arrow");
  const table = new Table({ a: vectorFromArray([1, 2], new Int8()) });
  writeFileSync(path, tableToIPC(table, "file"));
  await expect(openImageStore(path)).rejects.toThrow(/must be an image store written by prepareImages/);
  writeFileSync(path, tableToIPC(makeTable({ a: Int8Array.of(1) }), "stream"));
  await expect(openImageStore(path)).rejects.toThrow("must be an Arrow IPC file");
});

test("a store that another version wrote is refused with both versions", async () => {
  const path = await forgedStore({ imageStoreVersion: "1", imageSize: "6" }, 6);
  await expect(openImageStore(path)).rejects.toThrow(
    `${path} must be an image store of version 2, got version 1; prepare the images again`,
  );
});

test("a store whose pixels have another size than its metadata say is refused", async () => {
  const path = await forgedStore({ imageStoreVersion: "2", imageSize: "6" }, 5);
  await expect(openImageStore(path)).rejects.toThrow(
    "must have 36 bytes an image as its metadata says, got 25",
  );
  const none = await forgedStore({ imageStoreVersion: "2" }, 5);
  await expect(openImageStore(none)).rejects.toThrow("must say its image size");
});

test("a store truncated anywhere is refused", async () => {
  const path = await tinyStore();
  const { length } = readFileSync(path);
  for (const keep of [length - 1, length - 10, length - 200, Math.floor(length / 2), 12]) {
    truncateSync(path, keep);
    await expect(openImageStore(path)).rejects.toThrow(
      /^openImageStore: .*store\.arrow must (end with the footer of an Arrow|be an Arrow)/,
    );
  }
});

test("a store with changed bytes opens or is refused with our error, and never hangs", async () => {
  const path = await tinyStore();
  const whole = readFileSync(path);
  const random = randomStream(5);
  let numRefused = 0;
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 3; i++) {
      const fromEnd = Math.floor(random() * 4500);
      bytes[Math.max(0, bytes.length - 1 - fromEnd)] = Math.floor(random() * 256);
    }
    writeFileSync(path, bytes);
    try {
      await using store = await openImageStore(path);
      expect(store.table.numRows).toBe(5);
    } catch (error) {
      numRefused++;
      expect(String(error)).toMatch(/RangeError: (openImageStore|ImageStore)/);
    }
  }
  expect(numRefused).toBeGreaterThan(5);
});

test("opening reads the footer alone; a changed header is found when the columns are read, and the pixels stay readable", async () => {
  const path = await tinyStore();
  const bytes = readFileSync(path);
  bytes.fill(0xff, fileHead.length + 40, fileHead.length + 80);
  writeFileSync(path, bytes);
  await using store = await openImageStore(path);
  expect([store.numImages, store.size]).toEqual([5, 6]);
  expect(await store.pixels(4)).toEqual(tinyPixels(4, 6));
  expect(() => store.table).toThrow("must have the batch headers that its footer was written for");
  expect(() => store.rows("train")).toThrow("batch headers");
  expect(() => store.batches({ batchSize: 1 })).toThrow("batch headers");
});

test("a footer whose index contradicts the record batches is refused, at the latest when the columns are read", async () => {
  const { table, findings } = await readDataset("chestxray14", await tinyDataset());
  const fields = manifestFields(findings);
  const said = { imageStoreVersion: "2", imageSize: "6", findings: JSON.stringify(findings) };
  const schema = storeSchema(fields, 6, new Map(Object.entries(said)));
  const pixels = bytesColumn(new Uint8Array(5 * 36), 36);
  const batch = batchOf(schema, [...takeColumns(table, fields, [0, 1, 2, 3, 4]), pixels]);
  const { bytes, block } = encodeBatch(batch, fileHead.length);
  const path = join(await temporaryFolder(), "forged.arrow");
  const write = (changes: object) =>
    writeFileSync(path, Buffer.concat([fileHead, bytes, encodeTail(schema, [{ ...block, ...changes }])]));
  write({});
  await using whole = await openImageStore(path);
  expect(whole.table.numRows).toBe(5);
  write({ rows: 6 });
  await expect(openImageStore(path)).rejects.toThrow("must hold 6 images of 36 bytes in record batch 0");
  for (const changes of [{ rows: 4 }, { pixels: block.pixels - 8 }]) {
    write(changes);
    await using store = await openImageStore(path);
    expect(() => store.table).toThrow(/rows that its footer names in record batch 0/);
  }
});

test("the columns can be read before the store is closed, and are still there afterwards", async () => {
  const read = await openImageStore(await tinyStore());
  expect(read.table.numRows).toBe(5);
  await read.close();
  expect(read.rows("test")).toHaveLength(2);
  const unread = await openImageStore(await tinyStore());
  await unread.close();
  expect(() => unread.table).toThrow("must be open, got a closed store");
});
