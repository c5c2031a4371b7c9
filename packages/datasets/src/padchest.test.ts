import { join } from "node:path";
import { expect, test } from "vitest";
import {
  columnOf,
  counted,
  idsOfSplit,
  inOrder,
  pandas,
  pandasFolder,
  rowOf,
  writeFiles,
} from "../test/labelFiles.js";
import { stringsOf } from "./_columns.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import type { ReadDatasetOptions } from "./readDataset.js";
import { readDataset } from "./readDataset.js";

const name = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv";
const header =
  ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,Pediatric,ReportID,Report,MethodLabel,Labels,Localizations,labelCUIS";
const id = "216840111366964019999999999999999999999999999_00-000-001.png";
let serial = 0;

interface Cells {
  readonly id?: string;
  readonly folder?: string;
  readonly date?: string;
  readonly patient?: string;
  readonly birth?: string;
  readonly sex?: string;
  readonly view?: string;
  readonly labels?: string;
}

/** The specification's example row, with changes. */
function row(cells: Cells = {}): string {
  const {
    folder = "12",
    date = "20130517",
    patient = "p1",
    birth = "1951.0",
    sex = "F",
    view = "AP_horizontal",
  } = cells;
  const labels = cells.labels ?? "['cardiomegaly', 'laminar atelectasis', 'aortic elongation']";
  const quoted = `"${labels.replaceAll('"', '""')}"`;
  return `${serial++},${cells.id ?? id},${folder},${date},s1,${patient},${birth},${sex},POSTEROANTERIOR,${view},Manual review of DICOM fields,No,4711,"Sin cambios, ""cardiomegalia"".\n Fin.",Physician,${quoted},"['loc basal']",['C0018800']`;
}

const collection = (...rows: readonly string[]) =>
  writeFiles({ [name]: [header, ...rows, ""].join("\n"), [`12/${id}`]: "" });
const read = (root: string, options: ReadDatasetOptions = {}) =>
  readDataset("padchest", root, { checkImages: false, ...options });
const positives = async (labels: string, options: ReadDatasetOptions = {}) => {
  const manifest = await read(await collection(row({ labels })), options);
  const values = rowOf(manifest, 0);
  return manifest.findings.filter((finding) => values[finding] === 1);
};

test("the specification's row has an enlarged heart, atelectasis and an elongated aorta", async () => {
  const manifest = await readDataset("padchest", await collection(row()));
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: id,
    patientId: "p1",
    path: `12/${id}`,
    split: "train",
    view: "AP_horizontal",
    sex: "F",
    age: 62,
    cardiomegaly: 1,
    atelectasis: 1,
    aortic_elongation: 1,
    no_finding: 0,
    pneumonia: 0,
  });
  expect(manifest.findings).toHaveLength(25);
  expect(manifest.warnings).toEqual([]);
});

const traps: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["['abnormal foreign body']", ["no_finding"], []],
  [
    "['pseudonodule', 'breast mass', 'mediastinal mass', 'pleural mass', 'soft tissue mass']",
    ["nodule_mass"],
    [],
  ],
  ["['multiple nodules']", ["nodule_mass"], ["nodule_mass"]],
  ["['hiatal hernia']", ["hernia"], ["hernia"]],
  ["['subcutaneous emphysema']", ["emphysema"], []],
  ["['hydropneumothorax']", ["pneumothorax"], ["pleural_effusion", "pneumothorax"]],
  ["[' normal']", ["no_finding"], ["no_finding"]],
  ["['Cardiomegaly', 'copd signs']", [], []],
  ["[\"Kerley's lines\", 'congestion']", ["congestion"], ["congestion"]],
];

test.each(traps)(
  "%s is searched for substrings as published, and mapped token by token when corrected",
  async (labels, published, corrected) => {
    expect(await positives(labels, { protocol: "as-published" })).toEqual(published);
    expect(await positives(labels)).toEqual(corrected);
  },
);

test("rows without labels are left out as published, and null when corrected; empty lists are all absent or null", async () => {
  const rows = [
    row(),
    row({ id: "a.png", labels: "" }),
    row({ id: "b.png", labels: "[]" }),
    row({ id: "c.png", labels: "['']" }),
  ];
  const root = await collection(...rows);
  const published = await read(root, { protocol: "as-published" });
  expect(columnOf(published, "imageId")).toEqual([id, "b.png", "c.png"]);
  expect(columnOf(published, "cardiomegaly")).toEqual([1, 0, 0]);
  expect(counted(published)).toEqual({ labelsBlank: 1 });
  const corrected = await read(root);
  expect(columnOf(corrected, "cardiomegaly")).toEqual([1, null, null, null]);
  expect(counted(corrected)).toEqual({ labelsUnstated: 1, labelsEmpty: 2 });
});

test.each(["as-published", "corrected"] as const)(
  "counts, order and split are those of pandas under %s",
  async (protocol) => {
    const expected = pandas.padchest;
    const manifest = await read(join(pandasFolder, "padchest"), { protocol, splitSeed: 5 });
    const { findings, images, read: rowsRead, dropped, splits } = describeDataset(manifest);
    const words: Record<string, string> = {
      COPD_signs: "copd_signs",
      infiltrates: "infiltration",
      pulmonary_fibrosis: "fibrosis",
    };
    for (const [label, count] of Object.entries(expected[protocol]))
      expect([label, findings[words[label] ?? label]?.positives]).toEqual([label, count]);
    expect(rowsRead).toEqual({ rows: expected.rows, images: expected.rows });
    expect(images).toBe(protocol === "corrected" ? expected.frontal : expected.frontal - expected.blank);
    expect(images + Object.values(dropped).reduce((a, b) => a + b)).toBe(expected.rows);
    if (protocol === "corrected") expect(findings.cardiomegaly?.missing).toBe(expected.null);
    else {
      expect(dropped.labelsBlank).toBe(expected["blank of all views"]);
      const ids = stringsOf(manifest.table, "imageId");
      for (const split of ["train", "test"]) {
        const own = idsOfSplit(manifest, split);
        expect(ids.filter((image) => own.includes(image))).toEqual(own);
      }
      const views = stringsOf(manifest.table, "view");
      expect([...new Set(views)]).toEqual(["PA", "AP", "AP_horizontal"]);
      for (const view of new Set(views)) {
        const own = ids.filter((_, row) => views[row] === view);
        expect(inOrder([...own].sort())).toEqual(expected.ids[view]);
        const ordered = (split: string) => own.filter((image) => idsOfSplit(manifest, split).includes(image));
        expect(own).toEqual([...ordered("train").sort(), ...ordered("test").sort()]);
      }
    }
    expect(splits.valid).toBeUndefined();
    expect(checkSplits(manifest)).toEqual([]);
  },
);

test("a fifth of all labelled patients are drawn, before any view is left out, the same under both protocols", async () => {
  const root = join(pandasFolder, "padchest");
  const all = await read(root, { views: "all", splitSeed: 5 });
  const published = await read(root, { views: "all", splitSeed: 5, protocol: "as-published" });
  expect(describeDataset(published).splits.test?.patients).toBe(Math.floor(pandas.padchest.patients / 5));
  const testing = new Set(idsOfSplit(all, "test"));
  for (const image of idsOfSplit(published, "test")) expect(testing).toContain(image);
  for (const image of idsOfSplit(published, "train")) expect(testing).not.toContain(image);
});

test("dates, births, sexes and projections that make no sense become null and are counted", async () => {
  const rows = [
    row({ date: "20131301" }),
    row({ id: "b.png", birth: "" }),
    row({ id: "c.png", birth: "1850.0" }),
    row({ id: "d.png", birth: "2030.0" }),
    row({ id: "e.png", sex: "O", view: "PA" }),
    row({ id: "f.png", view: "OBLIQUE" }),
  ];
  const manifest = await read(await collection(...rows), { views: "all" });
  expect(columnOf(manifest, "age")).toEqual([null, null, null, null, 62, 62]);
  expect(counted(manifest)).toEqual({
    dateUnreadable: 1,
    ageUnreadable: 1,
    ageOutOfRange: 2,
    sexUnknown: 1,
    viewUnknown: 1,
  });
  expect(columnOf(manifest, "view")[5]).toBeNull();
});

test("images are found in their numbered folder, in images/ or at the top", async () => {
  const root = await writeFiles({
    [name]: [header, row(), row({ id: "b.png" }), row({ id: "c.png" })].join("\n"),
    [`12/${id}`]: "",
    "images/b.png": "",
    "c.png": "",
  });
  const manifest = await readDataset("padchest", root);
  expect(columnOf(manifest, "path")).toEqual([`12/${id}`, "images/b.png", "c.png"]);
});

test("the official split is refused, as there is none", async () => {
  await expect(read(await collection(row()), { split: "official" })).rejects.toThrow(
    /split must be study for padchest/,
  );
});

const broken: readonly (readonly [string, Cells, RegExp])[] = [
  [
    "labels that are no list",
    { labels: "normal" },
    /row 2: Labels must be a list as \['normal', 'cardiomegaly'\], or empty, got "normal"/,
  ],
  ["a list that is not closed", { labels: "['normal'" }, /row 2: Labels must be a list/],
  ["a list without quotes", { labels: "[normal]" }, /row 2: Labels must be a list/],
  ["a call instead of a list", { labels: "[__import__('os')]" }, /row 2: Labels must be a list/],
  ["a path in ImageID", { id: "../x.png" }, /row 2: ImageID must be a plain file name/],
  ["a path in ImageDir", { folder: ".." }, /row 2: ImageDir must be the number of a folder/],
  ["no patient", { patient: "" }, /row 2: PatientID must not be empty/],
];

test.each(broken)("%s is refused by file, row and rule, under both protocols", async (_, cells, message) => {
  const root = await collection(row(cells));
  for (const protocol of ["as-published", "corrected"] as const)
    await expect(read(root, { protocol })).rejects.toThrow(message);
});
