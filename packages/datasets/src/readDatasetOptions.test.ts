import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { writeFiles } from "../test/labelFiles.js";
import { tinyDataset } from "../test/tinyDataset.js";
import { datasetNames } from "./Manifest.js";
import type { ReadDatasetOptions } from "./readDataset.js";
import { readDataset } from "./readDataset.js";

const misfits: readonly (readonly [(typeof datasetNames)[number], ReadDatasetOptions, RegExp])[] = [
  [
    "chexpert",
    { labelFile: "train.csv" },
    /labelFile must be left out for chexpert, got it; it is for chestxray14, mimic-cxr/,
  ],
  ["vindr-cxr", { onUnknownListed: "skip" }, /onUnknownListed must be left out for vindr-cxr/],
  ["chexpert", { labeller: "negbio" }, /labeller must be left out for chexpert, got it; it is for mimic-cxr/],
  ["padchest", { imageFolder: "images" }, /imageFolder must be left out for padchest/],
  ["chestxray14", { fold: 0 }, /fold must be left out for chestxray14/],
  [
    "padchest",
    { readHeaders: true },
    /readHeaders must be left out for padchest, got it; it is for vindr-cxr, vindr-pcxr/,
  ],
  ["padchest", { split: "official" }, /split must be study for padchest, which has no official split/],
  [
    "chestxray14",
    { splitSeed: 1 },
    /splitSeed must be left out .* got 1 for chestxray14 .* whose study split is the official one/,
  ],
  [
    "chexpert",
    { splitSeed: 1 },
    /splitSeed must be left out .* with split official; pass split: "study" to draw them/,
  ],
  ["chexpert", { split: "study", splitSeed: -1 }, /splitSeed must be an integer ≥ 0, got -1/],
  ["chexpert", { split: "random" as never }, /split must be one of official, study, got random/],
  ["chexpert", { views: [] }, /views must be "study", "all" or a list of at least one view, got \[\]/],
  ["chexpert", { views: "PA" as never }, /views must be "study", "all" or a list/],
  ["chexpert", { views: ["PA", "PA"] }, /views must name each view once, got PA, PA/],
  ["taix-ray", { fold: 0.5 }, /fold must be an integer ≥ 0, got 0\.5/],
  ["taix-ray", { imageFolder: "/data" }, /imageFolder must be a relative path inside the root, got "\/data"/],
  ["padchest", { labelFile: "a/../../b.csv" }, /labelFile must be a relative path inside the root/],
  ["padchest", { maxBytes: 0 }, /maxBytes must be an integer ≥ 1, got 0/],
  ["padchest", { maxBytes: 2 ** 31 }, /maxBytes must be less than 2³¹/],
];

test.each(misfits)("%s with %o is refused at the door", async (name, options, message) => {
  await expect(readDataset(name, ".", options)).rejects.toThrow(message);
});

test.each(datasetNames)("%s without its files is an error that names what is missing", async (name) => {
  const root = await writeFiles({});
  await expect(readDataset(name, root)).rejects.toThrow(
    /^readDataset: .* must be .*, got none; put it there, it comes with the images from /,
  );
  await expect(readDataset(name, join(root, "nowhere"))).rejects.toThrow(
    `root must be the folder of ${name}'s original files`,
  );
});

test("a label file larger than maxBytes is refused, packed or not", async () => {
  const root = await tinyDataset();
  await expect(readDataset("chestxray14", root, { maxBytes: 100 })).rejects.toThrow(
    /v2020\.csv must have at most 100 bytes, got \d+; pass a larger maxBytes/,
  );
});

test("a packed label file that unpacks to more than maxBytes, or is cut off, is refused", async () => {
  const packed = gzipSync("x".repeat(1_000_000));
  const root = await tinyDataset({ csv: null });
  const path = join(root, "Data_Entry_2017.csv.gz");
  await writeFile(path, packed);
  await expect(readDataset("chestxray14", root, { maxBytes: 20_000 })).rejects.toThrow(
    /2017\.csv\.gz must be a gzip file of at most 20000 bytes, got/,
  );
  await writeFile(path, packed.subarray(0, packed.length - 9));
  await expect(readDataset("chestxray14", root)).rejects.toThrow(
    /must be a gzip file of at most .* got unexpected end of file/,
  );
});

test("an aborted read gives the signal's reason", async () => {
  const root = await tinyDataset();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(readDataset("chestxray14", root, { signal })).rejects.toThrow("enough");
});

test("views are kept by name, and the metadata say which, by what rule split, and how many were left out", async () => {
  const manifest = await readDataset("chestxray14", await tinyDataset(), { views: ["PA"] });
  const { metadata } = manifest.table.schema;
  expect(manifest.table.numRows).toBe(3);
  expect(metadata.get("views")).toBe("PA");
  expect(metadata.get("split")).toBe("official");
  expect(metadata.get("splitRule")).toMatch(/test_list\.txt/);
  expect(metadata.get("overlaps")).toMatch(/ChestMNIST/);
  expect(JSON.parse(metadata.get("counts") ?? "")).toEqual({
    rowsRead: 5,
    imagesRead: 5,
    imagesKept: 3,
    patientsKept: 3,
    dropped: { viewFiltered: 2 },
  });
});

test("a file SYNTHETIC.json in the root marks any collection as drawn", async () => {
  const csv = `Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices\nCheXpert-v1.0/SPLIT/patient00001/study1/view1_frontal.jpg,Male,50,Frontal,PA${",".repeat(14)}\n`;
  const files = {
    "CheXpert-v1.0/train.csv": csv.replace("SPLIT", "train"),
    "CheXpert-v1.0/valid.csv": csv.replace("SPLIT", "valid").replace("00001", "00002"),
  };
  const root = await writeFiles({ ...files, "SYNTHETIC.json": "{}" });
  const { metadata } = (await readDataset("chexpert", root, { checkImages: false })).table.schema;
  expect(metadata.get("version")).toBe("synthetic");
  expect(metadata.get("licence")).toBe("drawn by @cxrkit/datasets; no patient data");
});
