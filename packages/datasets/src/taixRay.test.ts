import { join } from "node:path";
import { expect, test } from "vitest";
import { columnOf, counted, pandas, pandasFolder, rowOf, writeFiles } from "../test/labelFiles.js";
import { describeDataset } from "./describeDataset.js";
import { readDataset } from "./readDataset.js";

const [uid, otherUid] = ["9f".repeat(32), "0a".repeat(32)];
const header =
  "UID,PatientID,PhysicianID,StudyDate,Age,Sex,HeartSize,PulmonaryCongestion,PleuralEffusion_Right,PleuralEffusion_Left,PulmonaryOpacities_Right,PulmonaryOpacities_Left,Atelectasis_Right,Atelectasis_Left";
/** The specification's example, then one that is in no fold. */
const row = `${uid},aa,17,2014-02-11,24512,M,2,1,3,0,2,4,1,0`;
const otherRow = `${otherUid},bb,17,2014-02-11,50000,F,1,,0,0,0,0,0,0`;
const fold = `UID,Fold,Split\n${uid},0,val\n${uid},1,train\n`;
const lines = (...parts: readonly string[]) => `${parts.join("\n")}\n`;

function collection(changes: Readonly<Record<string, string>> = {}) {
  return writeFiles({
    "metadata/annotation.csv": lines(header, row, otherRow),
    "metadata/split.csv": fold,
    [`data_png_resize_512/${uid}.png`]: "",
    ...changes,
  });
}

test("grades become labels by the study's rule; ages are in days; images outside the fold are counted", async () => {
  const manifest = await readDataset("taix-ray", await collection());
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: uid,
    patientId: "aa",
    path: `data_png_resize_512/${uid}.png`,
    split: "valid",
    view: "AP",
    sex: "M",
    cardiomegaly: 1,
    congestion: -1,
    pleural_effusion_right: 1,
    pleural_effusion_left: 0,
    pleural_effusion: 1,
    lung_opacity_right: 0,
    lung_opacity_left: 1,
    lung_opacity: 1,
    atelectasis_right: -1,
    atelectasis: -1,
  });
  expect(columnOf(manifest, "age")[0]).toBeCloseTo(24512 / 365.25, 4);
  expect(counted(manifest)).toEqual({ splitMissing: 1, ageOutOfRange: 1 });
  expect(columnOf(await readDataset("taix-ray", await collection(), { fold: 1 }), "split")).toEqual([
    "train",
  ]);
  await expect(readDataset("taix-ray", await collection(), { fold: 2 })).rejects.toThrow(
    /must have rows of fold 2, got none/,
  );
});

test("a borderline heart is absent, a missing grade is null", async () => {
  const split = `UID,Split\n${uid},train\n${otherUid},test\n`;
  const root = await collection({ "metadata/split.csv": split });
  const manifest = await readDataset("taix-ray", root, { checkImages: false });
  expect(rowOf(manifest, 1)).toMatchObject({ cardiomegaly: 0, congestion: null, split: "test", age: null });
});

test.each([0, 1])("positives, splits and ages are those of pandas in fold %i", async (fold) => {
  const expected = pandas["taix-ray"];
  const manifest = await readDataset("taix-ray", join(pandasFolder, "taix-ray"), {
    fold,
    checkImages: false,
  });
  const { findings, splits, age } = describeDataset(manifest);
  const wordOf = (name: string) =>
    ({ HeartSize: "cardiomegaly", PulmonaryCongestion: "congestion" })[name] ??
    name
      .replace("PulmonaryOpacities", "LungOpacity")
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase();
  for (const [name, count] of Object.entries({ ...expected.positives, ...expected.either }))
    expect([name, findings[wordOf(name)]?.positives]).toEqual([name, count]);
  const { train, val, test: testing } = expected.splits[fold];
  expect([splits.train?.images, splits.valid?.images, splits.test?.images]).toEqual([train, val, testing]);
  expect(age.mean).toBeCloseTo(expected["mean age"], 4);
});

test("of several image folders one must be named", async () => {
  const root = await collection({ [`data_png/${uid}.png`]: "" });
  await expect(readDataset("taix-ray", root)).rejects.toThrow(
    /one folder data_png…, got data_png, data_png_resize_512 .* pass imageFolder/,
  );
  const manifest = await readDataset("taix-ray", root, { imageFolder: "data_png" });
  expect(columnOf(manifest, "path")).toEqual([`data_png/${uid}.png`]);
});

const broken: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    "a heart of grade 4",
    { "metadata/annotation.csv": lines(header, row.replace(",2,1,", ",4,1,")) },
    /annotation\.csv row 2: HeartSize must be a grade from 0 to 3 or empty, got "4"/,
  ],
  [
    "a grade that is no number",
    { "metadata/annotation.csv": lines(header, row.replace(",2,1,", ",2,+,")) },
    /PulmonaryCongestion must be a grade from 0 to 4 or empty, got "\+"/,
  ],
  [
    "a UID twice",
    { "metadata/annotation.csv": lines(header, row, row) },
    /row 3: UID must be unique, as row 2/,
  ],
  [
    "a UID that is a path",
    { "metadata/annotation.csv": lines(header, row.replace(uid, "../x")) },
    /row 2: UID must be letters/,
  ],
  [
    "a split without annotation",
    { "metadata/annotation.csv": lines(header, otherRow) },
    /split\.csv row 2: UID must have a row in .*annotation\.csv/,
  ],
  [
    "a UID twice in a fold",
    { "metadata/split.csv": `${fold}${uid},0,test\n` },
    /split\.csv row 4: UID must be unique in fold 0, as row 2/,
  ],
  [
    "an unknown split",
    { "metadata/split.csv": fold.replace("val", "validate") },
    /split\.csv row 2: Split must be train, val or test/,
  ],
];

test.each(broken)("%s is refused by file, row and rule", async (_, files, message) => {
  await expect(readDataset("taix-ray", await collection(files))).rejects.toThrow(message);
});
