import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  columnOf,
  counted,
  countsOf,
  inOrder,
  pandas,
  pandasFolder,
  rowOf,
  writeFiles,
} from "../test/labelFiles.js";
import { dataPath } from "../test/tinyDataset.js";
import { chexpertColumns } from "./_chexpertLabels.js";
import { stringsOf } from "./_columns.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import type { ReadDatasetOptions } from "./readDataset.js";
import { readDataset } from "./readDataset.js";

const header = ["Path,Sex,Age,Frontal/Lateral,AP/PA", ...chexpertColumns.map(([name]) => name)].join(",");
/** The specification's two example rows (Lung Opacity is uncertain in both), then invented ones. */
const rows = [
  "CheXpert-v1.0/train/patient90001/study2/view1_frontal.jpg,Female,71,Frontal,AP,,,1.0,-1.0,,,,,0.0,,1.0,,,1.0",
  "CheXpert-v1.0/train/patient90001/study2/view2_lateral.jpg,Female,71,Lateral,,,,1.0,-1.0,,,,,0.0,,1.0,,,1.0",
  "CheXpert-v1.0/train/patient90002/study1/view1_frontal.jpg,Unknown,0,Frontal,LL,1.0,,,,,,,,-1.0,,,,,",
] as const;
const validRow =
  "CheXpert-v1.0/valid/patient64541/study1/view1_frontal.jpg,Male,150,Frontal,PA,0.0,1,1,1,0,0,0,0,0,0,0,0,0,0";
const csv = (...lines: readonly string[]) => [header, ...lines, ""].join("\n");

function collection(changes: Readonly<Record<string, string | Uint8Array>> = {}) {
  return writeFiles({
    "CheXpert-v1.0/train.csv": csv(...rows),
    "CheXpert-v1.0/valid.csv": csv(validRow),
    ...changes,
  });
}

const read = (root: string, options: ReadDatasetOptions = {}) =>
  readDataset("chexpert", root, { checkImages: false, ...options });

test("uncertain and blank are kept apart, and frontal images of every projection stay", async () => {
  const manifest = await read(await collection());
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: "train/patient90001/study2/view1_frontal.jpg",
    patientId: "patient90001",
    path: "CheXpert-v1.0/train/patient90001/study2/view1_frontal.jpg",
    split: "train",
    view: "AP",
    sex: "F",
    age: 71,
    no_finding: null,
    cardiomegaly: 1,
    lung_opacity: -1,
    atelectasis: 0,
    pneumothorax: null,
    support_devices: 1,
  });
  expect(columnOf(manifest, "view")).toEqual(["AP", "LL", "PA"]);
  expect(columnOf(manifest, "split")).toEqual(["train", "train", "valid"]);
  expect(columnOf(manifest, "sex")).toEqual(["F", null, "M"]);
  expect(columnOf(manifest, "age")).toEqual([71, 0, null]);
  expect(counted(manifest)).toEqual({ sexUnknown: 1, ageOutOfRange: 1, viewFiltered: 1 });
  expect(describeDataset(manifest).dropped).toEqual({ viewFiltered: 1 });
  expect(checkSplits(manifest)).toEqual([]);
});

test("as published, the specification's two rows are left out: the first for its uncertain opacity", async () => {
  const manifest = await read(await collection(), { protocol: "as-published", views: "all" });
  expect(columnOf(manifest, "patientId")).toEqual(["patient90002", "patient64541"]);
  expect(counted(manifest)).toMatchObject({ uncertainRow: 2 });
  expect(manifest.warnings.find(({ code }) => code === "uncertainRow")?.examples[0]).toMatch(
    /train\.csv row 2: train\/patient90001\/study2\/view1_frontal\.jpg$/,
  );
});

test("all views are kept if asked for, and single ones by their names", async () => {
  const root = await collection();
  expect(columnOf(await read(root, { views: "all" }), "view")).toEqual(["AP", "Lateral", "LL", "PA"]);
  expect(columnOf(await read(root, { views: ["Lateral"] }), "view")).toEqual(["Lateral"]);
  await expect(read(root, { views: ["lateral"] })).rejects.toThrow(/views must be among PA, AP, LL/);
  await expect(read(root, { views: ["RL"] })).rejects.toThrow(
    /got none of 4; its views are AP, Lateral, LL, PA/,
  );
});

test.each(["corrected", "as-published"] as const)(
  "rows and labels are those of pandas under %s",
  async (protocol) => {
    const expected = pandas.chexpert;
    const root = join(pandasFolder, "chexpert");
    const manifest = await read(root, { protocol });
    const prefix = (path: string) => path.replace("CheXpert-v1.0-small/", "");
    expect(inOrder(stringsOf(manifest.table, "path"))).toEqual(expected[protocol].paths);
    expect(stringsOf(manifest.table, "imageId")).toEqual(stringsOf(manifest.table, "path").map(prefix));
    for (const [name, word] of chexpertColumns)
      expect([name, ...countsOf(manifest, word)]).toEqual([name, ...expected[protocol].counts[name]]);
    const { read: rowsRead, dropped, images } = describeDataset(manifest);
    expect(rowsRead.images).toBe(expected.rows);
    expect(images + Object.values(dropped).reduce((a, b) => a + b)).toBe(expected.rows);
  },
);

test("the study's split draws a fifth of the training patients, the same ones under both protocols", async () => {
  const root = join(pandasFolder, "chexpert");
  const options = { split: "study", splitSeed: 3, views: "all" } as const;
  const whole = await read(root, options);
  const published = await read(root, { ...options, protocol: "as-published" });
  const { splits } = describeDataset(whole);
  expect(splits.test?.patients).toBe(Math.floor(pandas.chexpert.patients / 5));
  expect(splits.train?.patients).toBe(pandas.chexpert.patients - Math.floor(pandas.chexpert.patients / 5));
  expect(splits.valid?.patients).toBe(12);
  expect(checkSplits(whole)).toEqual([]);
  const splitOf = new Map(
    stringsOf(whole.table, "imageId").map((id, row) => [id, columnOf(whole, "split")[row]]),
  );
  stringsOf(published.table, "imageId").forEach((id, row) => {
    expect(columnOf(published, "split")[row]).toBe(splitOf.get(id));
  });
  const other = await read(root, { ...options, splitSeed: 4 });
  expect(columnOf(other, "split")).not.toEqual(columnOf(whole, "split"));
  expect(whole.table.schema.metadata.get("splitSeed")).toBe("3");
});

test("the root may be the folder itself, and label files may be packed", async () => {
  const root = await writeFiles({
    "inner/train.csv.gz": gzipSync(csv(...rows)),
    "inner/valid.csv": csv(validRow),
    "inner/train/patient90001/study2/view1_frontal.jpg": "",
    "inner/train/patient90002/study1/view1_frontal.jpg": "",
    "inner/valid/patient64541/study1/view1_frontal.jpg": "",
  });
  const manifest = await readDataset("chexpert", join(root, "inner"));
  expect(columnOf(manifest, "path")[0]).toBe("train/patient90001/study2/view1_frontal.jpg");
  expect(manifest.table.schema.metadata.get("version")).toBe("CheXpert-v1.0");
});

test("two copies in one root are refused", async () => {
  const root = await collection({ "CheXpert-v1.0-small/train.csv": csv(...rows) });
  await expect(read(root)).rejects.toThrow(
    /must hold one of CheXpert-v1\.0 and CheXpert-v1\.0-small, got both/,
  );
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  [
    "a path that leaves the root",
    rows[0].replace("train/patient90001", "train/../../x"),
    /row 2: Path must be as CheXpert-v1\.0\/train/,
  ],
  ["an absolute path", rows[0].replace("CheXpert-v1.0", "/CheXpert-v1.0"), /row 2: Path must be as/],
  ["a NUL in the path", rows[0].replace("view1", "view\0"), /row 2: Path must be as/],
  ["a path of the other split", rows[0].replace("/train/", "/valid/"), /row 2: Path must be as/],
  [
    "a label outside its domain",
    rows[0].replace("-1.0", "-2.0"),
    /row 2: Lung Opacity must be 1\.0, 0\.0, -1\.0 or empty, got "-2\.0"/,
  ],
  ["a label that is a word", rows[0].replace("-1.0", "yes"), /row 2: Lung Opacity must be .* got "yes"/],
  ["a row twice", `${rows[0]}\n${rows[0]}`, /row 3: Path must be unique, as row 2/],
  ["a short row", "CheXpert-v1.0/train/patient90001", /row 2: row must have 19 cells as the header, got "1"/],
];

test.each(broken)("%s is refused by file, row and rule", async (_, row, message) => {
  await expect(read(await collection({ "CheXpert-v1.0/train.csv": csv(row) }))).rejects.toThrow(message);
});

test("the full layout with other counts of columns is refused by the missing name", async () => {
  const train = csv(...rows).replace("Pleural Other", "Pleural");
  await expect(read(await collection({ "CheXpert-v1.0/train.csv": train }))).rejects.toThrow(
    /train\.csv must have one column "Pleural Other", got header Path,Sex/,
  );
});

const kermany = dataPath("kermany-as-chexpert");

test.skipIf(!existsSync(kermany))(
  "1,000 real images in CheXpert's layout are read with the counts of their description (needs the shared data)",
  async () => {
    const manifest = await readDataset("chexpert", kermany);
    const { images, splits, dropped } = describeDataset(manifest);
    expect([images, splits.train?.images, splits.valid?.images]).toEqual([1000, 720, 280]);
    expect(splits.train?.findings.pneumonia).toMatchObject({ positives: 360, negatives: 0, missing: 360 });
    expect(splits.valid?.findings.no_finding).toMatchObject({
      positives: 140,
      missing: 140,
      prevalence: 0.5,
    });
    expect(dropped).toEqual({});
    expect(counted(manifest)).toEqual({ sexUnknown: 1000 });
    expect(manifest.table.schema.metadata.get("version")).toBe("CheXpert-v1.0-small");
    expect(checkSplits(manifest)).toEqual([]);
  },
);
