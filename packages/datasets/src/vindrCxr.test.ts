import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { columnOf, counted, pandas, pandasFolder, rowOf, snakeCase, writeFiles } from "../test/labelFiles.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import { readDataset } from "./readDataset.js";
import { vindrCxrColumns } from "./vindrCxr.js";
import { vindrPcxrColumns } from "./vindrPcxr.js";

const names = vindrCxrColumns.map(([name]) => (typeof name === "string" ? name : (name[0] as string)));
const ids = ["00aa11bb22cc33dd44ee55ff66778899", "ffeeddccbbaa99887766554433221100"] as const;
const trainHeader = ["image_id", "rad_id", ...names].join(",");
const testHeader = ["image_id", ...names.map((name) => name.replace("diseases", "disease"))].join(",");
const cells = (present: readonly string[]) =>
  names.map((name) => (present.includes(name) ? "1" : "0")).join(",");
/** The specification's example: two of three readers see a large heart, one an enlarged aorta. */
const trainRows = [
  `${ids[0]},R4,${cells(["Aortic enlargement", "Cardiomegaly"])}`,
  `${ids[0]},R9,${cells(["Cardiomegaly"])}`,
  `${ids[0]},R11,${cells([])}`,
];
const testRow = `${ids[1]},${cells(["No finding", "Other diseases"])}`;
const lines = (...parts: readonly string[]) => `${parts.join("\n")}\n`;

function collection(changes: Readonly<Record<string, string | Uint8Array>> = {}) {
  return writeFiles({
    "annotations/image_labels_train.csv": lines(trainHeader, ...trainRows),
    "annotations/image_labels_test.csv": lines(testHeader, testRow),
    [`train/${ids[0]}.dicom`]: "",
    [`test/${ids[1]}.dicom`]: "",
    ...changes,
  });
}

test("three readers vote: two of three are enough, one is not; the test labels stand as given", async () => {
  const manifest = await readDataset("vindr-cxr", await collection());
  expect(manifest.findings).toHaveLength(28);
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: ids[0],
    patientId: ids[0],
    path: `train/${ids[0]}.dicom`,
    split: "train",
    view: "PA",
    sex: null,
    age: null,
    cardiomegaly: 1,
    aortic_enlargement: 0,
    no_finding: 0,
  });
  expect(rowOf(manifest, 1)).toMatchObject({
    split: "test",
    no_finding: 1,
    other_diseases: 1,
    cardiomegaly: 0,
  });
  expect(manifest.warnings).toEqual([]);
  expect(checkSplits(manifest)).toEqual([]);
});

test.each(["as-published", "corrected"] as const)(
  "the votes are those of pandas under %s",
  async (protocol) => {
    const expected = pandas["vindr-cxr"];
    const root = join(pandasFolder, "vindr-cxr");
    const manifest = await readDataset("vindr-cxr", root, { protocol, checkImages: false });
    const { splits, read } = describeDataset(manifest);
    const words = Object.fromEntries(
      vindrCxrColumns.map(([name, word]) => [String(name).split(",")[0], word]),
    );
    for (const split of ["train", "test"] as const)
      for (const [name, count] of Object.entries(expected[split]))
        expect([name, splits[split]?.findings[words[name] as string]?.positives]).toEqual([name, count]);
    expect(read).toEqual({ rows: 60 * 3 + 25, images: 85 });
    const first = columnOf(manifest, "imageId").indexOf(expected.first.image_id);
    expect(manifest.findings.map((finding) => rowOf(manifest, first)[finding])).toEqual(
      expected.first.labels,
    );
    expect(JSON.parse(manifest.table.schema.metadata.get("readers") ?? "")).toEqual({
      train: { 3: 60 },
      test: { 1: 25 },
    });
  },
);

test("values like 1.0 and blanks are read, an even vote counts as present, and other numbers of readers are counted", async () => {
  const rows = [trainRows[0], trainRows[1]?.replaceAll(",1", ",").replaceAll(",0", ",0.0")] as string[];
  const root = await collection({ "annotations/image_labels_train.csv": lines(trainHeader, ...rows) });
  const manifest = await readDataset("vindr-cxr", root);
  expect(rowOf(manifest, 0)).toMatchObject({ cardiomegaly: 1, aortic_enlargement: 1, edema: 0 });
  expect(counted(manifest)).toEqual({ readersUnusual: 1 });
});

test("columns in another order, a BOM, CRLF, quotes and blank lines change nothing", async () => {
  const turn = (line: string) =>
    `${line
      .split(",")
      .reverse()
      .map((cell) => `"${cell}"`)
      .join(",")}\r\n\r\n`;
  const csv = `\uFEFF${[trainHeader, ...trainRows].map(turn).join("")}`;
  const plain = await readDataset("vindr-cxr", await collection());
  const turned = await readDataset(
    "vindr-cxr",
    await collection({ "annotations/image_labels_train.csv": csv }),
  );
  expect(turned.table.toArray().map(String)).toEqual(plain.table.toArray().map(String));
});

test("DICOM files may end in .dcm, and converted images in .png or .jpg", async () => {
  const root = await writeFiles({
    "image_labels_train.csv": lines(trainHeader, ...trainRows),
    "image_labels_test.csv": lines(testHeader, testRow),
    [`train/${ids[0]}.dcm`]: "",
    [`test/${ids[1]}.jpg`]: "",
  });
  const manifest = await readDataset("vindr-cxr", root);
  expect(columnOf(manifest, "path")).toEqual([`train/${ids[0]}.dcm`, `test/${ids[1]}.jpg`]);
});

test("in a folder of many images each is found by its name, whatever its ending", async () => {
  const many = Array.from({ length: 6 }, (_, i) => `${ids[1].slice(0, -1)}${i}`);
  const endings = [".dicom", ".dcm", ".png", ".jpg", ".dicom", ".gif"];
  const root = await writeFiles({
    "annotations/image_labels_train.csv": lines(trainHeader, ...trainRows),
    "annotations/image_labels_test.csv": lines(testHeader, ...many.map((id) => testRow.replace(ids[1], id))),
    [`train/${ids[0]}.dicom`]: "",
    ...Object.fromEntries(many.map((id, i) => [`test/${id}${endings[i]}`, ""])),
  });
  const manifest = await readDataset("vindr-cxr", root, { onAbsentImage: "skip" });
  const expected = many.slice(0, 5).map((id, i) => `test/${id}${endings[i]}`);
  expect(columnOf(manifest, "path").slice(1)).toEqual(expected);
  expect(counted(manifest)).toEqual({ imageAbsent: 1 });
});

test("an absent image is an error that names where it was looked for, or left out and counted", async () => {
  const root = await writeFiles({
    "annotations/image_labels_train.csv": lines(trainHeader, ...trainRows),
    "annotations/image_labels_test.csv": lines(testHeader, testRow),
    [`train/${ids[0]}.dicom`]: "",
  });
  await expect(readDataset("vindr-cxr", root)).rejects.toThrow(
    /image_labels_test\.csv row 2: image ffee.* must lie at test\/ffee.*\.dicom \(or \.dcm, \.png, \.jpg\)/,
  );
  const manifest = await readDataset("vindr-cxr", root, { onAbsentImage: "skip" });
  expect(describeDataset(manifest).dropped).toEqual({ imageAbsent: 1 });
});

test("sex and age come from the DICOM headers if asked for; what these do not say is counted", async () => {
  const file = readFileSync(new URL("../fixtures/pydicom-header/withSexAndAge.dcm", import.meta.url));
  const root = await collection({ [`train/${ids[0]}.dicom`]: file, [`test/${ids[1]}.dicom`]: "no DICOM" });
  const manifest = await readDataset("vindr-cxr", root, { readHeaders: true });
  expect(columnOf(manifest, "sex")).toEqual(["F", null]);
  expect(columnOf(manifest, "age")).toEqual([63, null]);
  expect(counted(manifest)).toEqual({ headerUnreadable: 1 });
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  [
    "a value outside its domain",
    lines(trainHeader, trainRows[0]?.replace(",1", ",2") as string),
    /row 2: Aortic enlargement must be 0 or 1, got "2"/,
  ],
  [
    "a reader twice",
    lines(trainHeader, trainRows[0] as string, trainRows[0] as string),
    /row 3: image_id with rad_id must be unique, as row 2/,
  ],
  [
    "no reader",
    lines(trainHeader, trainRows[0]?.replace("R4", "") as string),
    /row 2: rad_id must not be empty/,
  ],
  [
    "a path as id",
    lines(trainHeader, trainRows[0]?.replace(ids[0], "../../etc") as string),
    /row 2: image_id must be letters/,
  ],
  [
    "a missing column",
    lines(trainHeader.replace("Edema", "Oedema"), ...trainRows),
    /must have one column "Edema"/,
  ],
  [
    "a doubled column",
    lines(`${trainHeader},Edema`, ...trainRows.map((row) => `${row},0`)),
    /one column "Edema", got it twice/,
  ],
  [
    "both spellings of a column",
    lines(`${trainHeader},Other disease`, ...trainRows.map((row) => `${row},0`)),
    /"Other diseases" or "Other disease", got it twice/,
  ],
  ["no rows", lines(trainHeader), /must have at least one row, got none/],
  ["nothing", "", /must have a header and at least one row, got an empty file/],
  [
    "an image of the test split",
    lines(trainHeader, ...trainRows.map((row) => row.replace(ids[0], ids[1]))),
    /must be in one split only/,
  ],
];

test.each(broken)("a label file with %s is refused by name", async (_, csv, message) => {
  const root = await collection({ "annotations/image_labels_train.csv": csv });
  await expect(readDataset("vindr-cxr", root)).rejects.toThrow(message);
});

test("a missing label file is an error that says where it comes from", async () => {
  const root = await writeFiles({ "annotations/image_labels_train.csv": lines(trainHeader, ...trainRows) });
  await expect(readDataset("vindr-cxr", root)).rejects.toThrow(
    /label file must be .*annotations\/image_labels_test\.csv or image_labels_test\.csv \(plain or \.gz\), got none; put it there, it comes with the images from https:\/\/physionet/,
  );
});

test("VinDr-PCXR is read the same way, misspelt columns included", async () => {
  const columns = vindrPcxrColumns.map(([name]) => (typeof name === "string" ? name : (name[0] as string)));
  const csv = (id: string, present: string) =>
    lines(
      ["image_id", "rad_ID", ...columns].join(",").replace("rad_ID", "rad_id"),
      `${id},R1,${columns.map((name) => Number(name === present)).join(",")}`,
    );
  const root = await writeFiles({
    "annotations/image_labels_train.csv": csv(ids[0], "Brocho-pneumonia"),
    "annotations/image_labels_test.csv": csv(ids[1], "Diagphramatic hernia"),
    [`train/${ids[0]}.dicom`]: "",
    [`test/${ids[1]}.dicom`]: "",
  });
  const manifest = await readDataset("vindr-pcxr", root);
  expect(manifest.findings).toHaveLength(15);
  expect(columnOf(manifest, "bronchopneumonia")).toEqual([1, 0]);
  expect(columnOf(manifest, "diaphragmatic_hernia")).toEqual([0, 1]);
  expect(manifest.warnings).toEqual([]);
});

test("every column of the vocabulary is its source's name in snake_case, but for those that other sources name otherwise", () => {
  const renamed = [...vindrCxrColumns, ...vindrPcxrColumns]
    .filter(([name, word]) => snakeCase(typeof name === "string" ? name : (name[0] as string)) !== word)
    .map(([name, word]) => [typeof name === "string" ? name : name[0], word]);
  expect(renamed).toEqual([
    ["Enlarged PA", "enlarged_pulmonary_artery"],
    ["ILD", "interstitial_lung_disease"],
    ["Pulmonary fibrosis", "fibrosis"],
    ["Brocho-pneumonia", "bronchopneumonia"],
    ["Other disease", "other_diseases"],
    ["Pleuro-pneumonia", "pleuropneumonia"],
    ["Diagphramatic hernia", "diaphragmatic_hernia"],
    ["CPAM", "congenital_pulmonary_airway_malformation"],
  ]);
});
