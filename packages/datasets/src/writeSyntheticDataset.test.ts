import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../test/tinyDataset.js";
import { applyLabelPolicy } from "./applyLabelPolicy.js";
import { checkSplits } from "./checkSplits.js";
import { decodeImage } from "./decodeImage.js";
import { describeDataset } from "./describeDataset.js";
import { openImageStore } from "./openImageStore.js";
import { prepareImages } from "./prepareImages.js";
import { readDataset } from "./readDataset.js";
import { writeSyntheticDataset } from "./writeSyntheticDataset.js";

const digest = (folder: string) => {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  ))
    if (name.isFile()) hash.update(name.name).update(readFileSync(join(name.parentPath, name.name)));
  return hash.digest("hex");
};

test("what was written is read as a user's collection would be, with the counts it was said to have", async () => {
  const root = join(await temporaryFolder(), "drawn");
  const written = await writeSyntheticDataset("chestxray14", root, {
    images: 40,
    patients: 25,
    seed: 3,
    imageSize: 32,
  });
  expect(readdirSync(root).sort()).toEqual([
    ...["Data_Entry_2017_v2020.csv", "SYNTHETIC.json", "images", "test_list.txt", "train_val_list.txt"],
  ]);
  const manifest = await readDataset("chestxray14", root);
  const described = describeDataset(manifest);
  expect(manifest.warnings).toEqual([]);
  expect(checkSplits(manifest)).toEqual([]);
  expect([described.images, described.patients]).toEqual([40, 25]);
  expect(described.splits.test?.patients).toBe(6);
  expect(described.splits.train?.images).toBe(written.splits.train);
  for (const [finding, count] of Object.entries(written.findings))
    expect([finding, described.findings[finding]?.positives]).toEqual([finding, count]);
  expect(manifest.table.schema.metadata.get("version")).toBe("synthetic");
  const first = manifest.table.get(0)?.path as string;
  const image = await decodeImage(readFileSync(join(root, first)));
  expect([image.width, image.height, image.bitsStored]).toEqual([32, 32, 8]);
});

test("the label file has the original header and rows to the letter", async () => {
  const root = join(await temporaryFolder(), "drawn");
  await writeSyntheticDataset("chestxray14", root, { images: 4, seed: 1, imageSize: 16 });
  const lines = readFileSync(join(root, "Data_Entry_2017_v2020.csv"), "utf8").split("\n");
  expect(lines[0]).toBe(
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]",
  );
  expect(lines).toHaveLength(6);
  for (const line of lines.slice(1, 5))
    expect(line).toMatch(
      /^0000000\d_00\d\.png,[A-Za-z_| ]+,\d,\d,\d\d,[FM],(PA|AP),\d{4},\d{4},0\.\d+,0\.\d+$/,
    );
});

test("the pixels of the balanced chestxray14 stay what they were, so that published numbers do", async () => {
  const root = join(await temporaryFolder(), "drawn");
  await writeSyntheticDataset("chestxray14", root, { images: 40, seed: 3, imageSize: 32 });
  const hash = createHash("sha256").update(readFileSync(join(root, "Data_Entry_2017_v2020.csv")));
  for (const name of readdirSync(join(root, "images")).sort())
    hash.update((await decodeImage(readFileSync(join(root, "images", name)))).pixels);
  expect(hash.digest("hex")).toBe("a5e3ff74d87108aa998766137a2b503ebb11ccc3de60868c9ce44a53e539ad41");
});

test("a seed gives the same bytes, another seed others", async () => {
  const folder = await temporaryFolder();
  const options = { images: 6, seed: 5, imageSize: 24 };
  await writeSyntheticDataset("chestxray14", join(folder, "a"), options);
  await writeSyntheticDataset("chestxray14", join(folder, "b"), options);
  await writeSyntheticDataset("chestxray14", join(folder, "c"), { ...options, seed: 6 });
  expect(digest(join(folder, "a"))).toBe(digest(join(folder, "b")));
  expect(digest(join(folder, "a"))).not.toBe(digest(join(folder, "c")));
});

test("prevalences are moderate: each main finding in 12 to 30 %, at least 35 % without any", async () => {
  const root = join(await temporaryFolder(), "drawn");
  const { findings } = await writeSyntheticDataset("chestxray14", root, {
    images: 500,
    seed: 2,
    imageSize: 16,
  });
  expect((findings.no_finding ?? 0) / 500).toBeGreaterThan(0.35);
  for (const name of [
    "cardiomegaly",
    "pleural_effusion",
    "nodule",
    "mass",
    "consolidation",
    "pneumothorax",
  ] as const) {
    expect((findings[name] ?? 0) / 500).toBeGreaterThan(0.12);
    expect((findings[name] ?? 0) / 500).toBeLessThan(0.3);
  }
});

test("findings can be seen: mean brightness of a region tells effusions and big hearts from the rest", async () => {
  const folder = await temporaryFolder();
  const root = join(folder, "drawn");
  await writeSyntheticDataset("chestxray14", root, { images: 200, seed: 8, imageSize: 32 });
  const out = join(folder, "store.arrow");
  await prepareImages(await readDataset("chestxray14", root), { size: 32, out });
  await using store = await openImageStore(out);
  const brightness = async (row: number, left: number, right: number, top: number, bottom: number) => {
    const pixels = await store.pixels(row);
    let sum = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += pixels[y * 32 + x] as number;
    return sum;
  };
  const auc = async (finding: string, box: readonly [number, number, number, number]) => {
    const { data } = applyLabelPolicy(store.table, { findings: [finding] });
    const scores = await Promise.all(Array.from(data, (_, row) => brightness(row, ...box)));
    let [wins, pairs] = [0, 0];
    scores.forEach((a, i) => {
      if (data[i] === 1)
        scores.forEach((b, j) => {
          if (data[j] === 1) return;
          pairs++;
          wins += a > b ? 1 : a === b ? 0.5 : 0;
        });
    });
    return wins / pairs;
  };
  expect(await auc("pleural_effusion", [5, 27, 19, 23])).toBeGreaterThan(0.7);
  expect(await auc("cardiomegaly", [23, 26, 17, 22])).toBeGreaterThan(0.65);
});

test("a folder that holds anything is refused and left as it is", async () => {
  const root = await temporaryFolder();
  writeFileSync(join(root, "Data_Entry_2017.csv"), "precious");
  await expect(writeSyntheticDataset("chestxray14", root, { images: 4, seed: 1 })).rejects.toThrow(
    /root must be empty or not be there, got .* with 1 entries/,
  );
  expect(readdirSync(root)).toEqual(["Data_Entry_2017.csv"]);
});

test("an aborted call leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => (done === 3 ? stop.abort() : undefined);
  const options = { images: 20, seed: 1, imageSize: 16, signal: stop.signal, onProgress };
  mkdirSync(join(folder, "drawn"));
  await expect(writeSyntheticDataset("chestxray14", join(folder, "drawn"), options)).rejects.toThrow(/abort/);
  expect(readdirSync(folder)).toEqual(["drawn"]);
  expect(existsSync(join(folder, "drawn", "images"))).toBe(false);
});

test("options out of range are refused", async () => {
  const root = join(await temporaryFolder(), "drawn");
  const ask = (options: object) =>
    writeSyntheticDataset("chestxray14", root, { images: 4, seed: 1, ...options });
  await expect(ask({ images: 1 })).rejects.toThrow("images must be an integer ≥ 2, got 1");
  await expect(ask({ patients: 5 })).rejects.toThrow("patients must be at most images (4), got 5");
  await expect(ask({ imageSize: 8 })).rejects.toThrow("imageSize must be an integer ≥ 16");
  await expect(ask({ seed: -1 })).rejects.toThrow("seed must be");
  await expect(ask({ testFraction: 1 })).rejects.toThrow("testFraction must lie in (0, 1)");
});
