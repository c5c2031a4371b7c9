import { existsSync } from "node:fs";
import { Schema, Table } from "apache-arrow";
import { expect, test } from "vitest";
import { dataPath, tinyDataset } from "../test/tinyDataset.js";
import {
  batchOf,
  float32Column,
  manifestFields,
  nullableInt8Column,
  tableOf,
  utf8Column,
} from "./_columns.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import type { Manifest } from "./Manifest.js";
import { readDataset } from "./readDataset.js";

const schema = new Schema(manifestFields(["edema"]));
const columns = (
  first: number,
  labels: readonly (number | null)[],
  splits: readonly string[],
  patients: readonly string[],
) => [
  utf8Column(labels.map((_, i) => `${first + i}`)),
  utf8Column(patients),
  utf8Column(labels.map((_, i) => `${first + i}.png`)),
  utf8Column(splits),
  utf8Column(labels.map((_, i) => (i === 0 ? null : "Größe"))),
  utf8Column(labels.map(() => "F")),
  float32Column(labels.map((_, i) => (i === 0 ? null : 30 + i))),
  nullableInt8Column(labels),
];

function manifestOf(table: Table): Manifest {
  return { table, dataset: "chexpert", root: ".", findings: ["edema"], warnings: [] };
}

test("each finding is counted in all and per split, over one or several record batches", () => {
  const a = [columns(0, [1, 0, -1], ["train", "train", "test"], ["p", "p", "q"])] as const;
  const b = columns(3, [null, 1], ["test", "train"], ["q", "r"]);
  const table = new Table(schema, [batchOf(schema, a[0]), batchOf(schema, b)]);
  const described = describeDataset(manifestOf(table));
  expect(described).toMatchObject({
    images: 5,
    patients: 3,
    views: { unknown: 2, Größe: 3 },
    sexes: { F: 5 },
  });
  expect(described.findings.edema).toEqual({
    positives: 2,
    negatives: 1,
    uncertain: 1,
    missing: 1,
    prevalence: 0.4,
  });
  expect(described.splits.train?.findings.edema).toEqual({
    positives: 2,
    negatives: 1,
    uncertain: 0,
    missing: 0,
    prevalence: 2 / 3,
  });
  expect(described.splits.test).toMatchObject({ images: 2, patients: 1 });
  expect(described.age).toMatchObject({ min: 31, max: 32, missing: 2 });
  expect(described.read).toEqual({ rows: Number.NaN, images: Number.NaN });
  expect(described.dropped).toEqual({});
});

test("what was left out, and why, adds up to what was read", async () => {
  const root = await tinyDataset({ images: ["90000001_000.png", "90000003_000.png"] });
  const manifest = await readDataset("chestxray14", root, { views: ["PA"], onAbsentImage: "skip" });
  const { images, read, dropped, warnings } = describeDataset(manifest);
  expect(read).toEqual({ rows: 5, images: 5 });
  expect(dropped).toEqual({ viewFiltered: 2, imageAbsent: 2 });
  expect(images).toBe(1);
  expect(warnings.map(({ code, count }) => [code, count])).toEqual([
    ["viewFiltered", 2],
    ["imageAbsent", 2],
  ]);
});

test("checkSplits proves that no patient is in two splits, and refuses images without a patient", () => {
  const table = (patients: readonly string[], splits: readonly string[]) =>
    manifestOf(tableOf(schema, columns(0, [1, 1, 1], splits, patients)));
  expect(checkSplits(table(["p", "q", "p"], ["train", "test", "train"]))).toEqual([]);
  const leak = table(["p", "q", "p"], ["train", "test", "valid"]);
  expect(() => checkSplits(leak)).toThrow(
    "patients of chexpert must be in one split each, got 1 in several: p (train, valid)",
  );
  expect(checkSplits(leak, { onOverlap: "return" })).toEqual([
    { patientId: "p", images: { train: 1, valid: 1 } },
  ]);
  expect(() => checkSplits(table(["p", "", "p"], ["train", "test", "train"]))).toThrow(
    "checkSplits: every image of chexpert must have a patient, got none in row 1",
  );
});

const sample = dataPath("chestxray14-sample");

test.skipIf(!existsSync(sample))(
  "the sample of 1,305 radiographs has the counts of its description (needs the shared data)",
  async () => {
    const manifest = await readDataset("chestxray14", sample);
    const { splits } = describeDataset(manifest);
    expect([
      splits.train?.images,
      splits.train?.patients,
      splits.test?.images,
      splits.test?.patients,
    ]).toEqual([1083, 868, 222, 171]);
    const listed = {
      cardiomegaly: [49, 9],
      pleural_effusion: [115, 24],
      pneumonia: [349, 69],
      hernia: [17, 3],
      no_finding: [403, 84],
    };
    for (const [finding, counts] of Object.entries(listed))
      expect([
        finding,
        splits.train?.findings[finding]?.positives,
        splits.test?.findings[finding]?.positives,
      ]).toEqual([finding, ...counts]);
    expect(checkSplits(manifest)).toEqual([]);
  },
);
