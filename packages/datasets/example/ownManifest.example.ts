import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkSplits,
  type Manifest,
  openImageStore,
  prepareImages,
  writeSyntheticDataset,
} from "@cxrkit/datasets";
import { Float32, Int8, Table, Utf8, vectorFromArray } from "apache-arrow";

const folder = await mkdtemp(join(tmpdir(), "ward-"));
await writeSyntheticDataset("chestxray14", folder, { images: 6, seed: 1, imageSize: 64 }); // stands for your own images

// #region manifest
/** One row an image, however you come by it: a CSV, a query, a folder. */
const rows = [
  { file: "00000001_000.png", patient: "p1", split: "train", age: 61, cardiomegaly: 1, pleural_effusion: 0 },
  {
    file: "00000002_000.png",
    patient: "p2",
    split: "train",
    age: null,
    cardiomegaly: 0,
    pleural_effusion: -1,
  },
  {
    file: "00000003_000.png",
    patient: "p3",
    split: "test",
    age: 47,
    cardiomegaly: null,
    pleural_effusion: 1,
  },
];
const text = (values: readonly string[]) => vectorFromArray(values, new Utf8());
const label = (values: readonly (number | null)[]) => vectorFromArray(values, new Int8());

export const manifest: Manifest = {
  dataset: "ward-7", // a name of your own
  root: join(folder, "images"), // what the paths are relative to
  findings: ["cardiomegaly", "pleural_effusion"],
  warnings: [],
  table: new Table({
    imageId: text(rows.map(({ file }) => file)),
    patientId: text(rows.map(({ patient }) => patient)),
    path: text(rows.map(({ file }) => file)),
    split: text(rows.map(({ split }) => split)), // train, valid or test
    view: text(rows.map(() => "PA")),
    sex: vectorFromArray(
      rows.map(() => null),
      new Utf8(),
    ),
    age: vectorFromArray(
      rows.map(({ age }) => age),
      new Float32(),
    ),
    cardiomegaly: label(rows.map(({ cardiomegaly }) => cardiomegaly)), // 1 present, 0 absent, −1 uncertain, null not mentioned
    pleural_effusion: label(rows.map(({ pleural_effusion }) => pleural_effusion)),
  }),
};

checkSplits(manifest); // throws if a patient is in two splits
const { path } = await prepareImages(manifest, { size: 32, out: join(folder, "images-32.arrow") });
// #endregion manifest

export const seen: (readonly number[])[] = [];
await using store = await openImageStore(path);
for await (const { labels } of store.batches({
  split: "train",
  batchSize: 2,
  policy: { uncertain: "ignore", missing: "negative" },
}))
  seen.push([...labels]);
