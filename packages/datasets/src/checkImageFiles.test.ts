import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { dataPath, greyPng, names, tinyDataset, tinyPixels } from "../test/tinyDataset.js";
import { checkImageFiles } from "./checkImageFiles.js";
import { readDataset } from "./readDataset.js";

test("absent, empty, damaged and doubled images are listed, the rest is readable", async () => {
  const root = await tinyDataset();
  const path = (i: number) => join(root, "images", names[i] as string);
  const manifest = await readDataset("chestxray14", root);
  await rm(path(0));
  await writeFile(path(1), "");
  const png = await greyPng(tinyPixels(2, 6), 6, 6);
  await writeFile(path(2), png.subarray(0, png.length - 20));
  const same = { raw: { width: 6, height: 6, channels: 1 } } as const;
  await writeFile(
    path(3),
    await sharp(tinyPixels(4, 6), same).toColourspace("b-w").png({ compressionLevel: 0 }).toBuffer(),
  );
  const seen: number[] = [];
  const report = await checkImageFiles(manifest, {
    concurrency: 2,
    onProgress: ({ done, total }) => seen.push(done / total),
  });
  expect(report).toMatchObject({ total: 5, readable: 2 });
  expect(report.absent).toEqual([{ imageId: names[0], path: `images/${names[0]}` }]);
  expect(report.unreadable.map(({ imageId }) => imageId)).toEqual([names[1], names[2]]);
  expect(report.unreadable[0]?.reason).toBe("empty file");
  expect(report.unreadable[1]?.reason).toMatch(/^decodeImage: /);
  expect(report.duplicates).toHaveLength(1);
  expect(report.duplicates[0]).toMatchObject({
    images: [{ imageId: names[3] }, { imageId: names[4] }],
    splits: ["test"],
    samePatient: false,
  });
  expect(seen).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
});

test("a folder in place of an image is listed; without decoding only files are looked for", async () => {
  const root = await tinyDataset();
  const manifest = await readDataset("chestxray14", root);
  const path = (i: number) => join(root, "images", names[i] as string);
  await rm(path(0));
  await mkdir(path(0));
  await writeFile(path(1), "no image");
  const report = await checkImageFiles(manifest, { decode: false });
  expect(report.unreadable).toMatchObject([{ imageId: names[0], reason: "not a file" }]);
  expect(report).toMatchObject({ readable: 4, duplicates: [] });
  expect((await checkImageFiles(manifest)).unreadable).toHaveLength(2);
});

test("the work can be aborted, and options are checked", async () => {
  const manifest = await readDataset("chestxray14", await tinyDataset());
  const stop = new AbortController();
  const options = { signal: stop.signal, concurrency: 1, onProgress: () => stop.abort(new Error("enough")) };
  await expect(checkImageFiles(manifest, options)).rejects.toThrow("enough");
  await expect(checkImageFiles(manifest, { concurrency: 0 })).rejects.toThrow(
    "concurrency must be an integer ≥ 1, got 0",
  );
});

const sample = dataPath("chestxray14-sample");

test.skipIf(!existsSync(sample))(
  "of 1,305 real radiographs all are readable and two of one patient are the same (needs the shared data)",
  async () => {
    const report = await checkImageFiles(await readDataset("chestxray14", sample));
    expect(report).toMatchObject({ total: 1305, readable: 1305, absent: [], unreadable: [] });
    expect(report.duplicates).toMatchObject([
      {
        images: [{ imageId: "00002658_001.png" }, { imageId: "00002658_002.png" }],
        splits: ["train"],
        samePatient: true,
      },
    ]);
  },
  60_000,
);
