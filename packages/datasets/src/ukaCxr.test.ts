import { join } from "node:path";
import { expect, test } from "vitest";
import { columnOf, counted, countsOf, pandas, pandasFolder, rowOf, writeFiles } from "../test/labelFiles.js";
import { eitherSide } from "./_eitherSide.js";
import { notMentioned } from "./_labelRows.js";
import { describeDataset } from "./describeDataset.js";
import { readDataset } from "./readDataset.js";

const header =
  "image_id,split,subset,birth_date,examination_date,study_time,patient_sex,ExposureinuAs,cardiomegaly,congestion,pleural_effusion_right,pleural_effusion_left,pneumonic_infiltrates_right,pneumonic_infiltrates_left,atelectasis_right,atelectasis_left,pneumothorax_right,pneumothorax_left,subject_id";
const row = "123,train,p1,1950-06-01,2015-06-01,08:30,M,120,4,3,2,5,0,1,5,0,1,1,s1";
const other = "124,test,test,1950-06-01,2015-13-41,08:30,D,120,5,1,3,5,1,1,1,1,1,1,s2";
const name = "original_novalid_UKA_master_list.csv";
const lines = (...parts: readonly string[]) => `${parts.join("\n")}\n`;

function collection(changes: Readonly<Record<string, string>> = {}) {
  return writeFiles({ [name]: lines(header, row, other), "p1/123.dcm": "", "test/124.jpg": "", ...changes });
}

test("grades become labels: from moderate on present, questionable uncertain, not given null", async () => {
  const manifest = await readDataset("uka-cxr", await collection());
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: "123",
    patientId: "s1",
    path: "p1/123.dcm",
    split: "train",
    view: "AP",
    sex: "M",
    cardiomegaly: 1,
    congestion: 1,
    pleural_effusion_right: 0,
    pleural_effusion_left: -1,
    pleural_effusion: -1,
    pneumonic_infiltrates_right: null,
    pneumonic_infiltrates_left: 0,
    pneumonic_infiltrates: null,
    atelectasis_right: -1,
    atelectasis_left: null,
    atelectasis: -1,
    pneumothorax: 0,
  });
  expect(columnOf(manifest, "age")[0]).toBeCloseTo(65, 2);
  expect(rowOf(manifest, 1)).toMatchObject({
    cardiomegaly: null,
    pleural_effusion: 1,
    age: null,
    sex: null,
    path: "test/124.jpg",
  });
  expect(counted(manifest)).toEqual({ heartNotAssessable: 1, sexUnknown: 1, dateUnreadable: 1 });
  expect(manifest.findings).not.toContain("healthy");
});

test.each(["as-published", "corrected"] as const)(
  "positives, uncertain and missing labels are those of pandas under %s",
  async (protocol) => {
    const expected = pandas["uka-cxr"];
    const root = join(pandasFolder, "uka-cxr");
    const manifest = await readDataset("uka-cxr", root, { protocol, checkImages: false });
    const { findings, age } = describeDataset(manifest);
    expect(
      Object.fromEntries(Object.keys(expected.positives).map((k) => [k, findings[k]?.positives])),
    ).toEqual(expected.positives);
    for (const [finding, count] of Object.entries(expected.questionable))
      expect([finding, findings[finding]?.uncertain]).toEqual([finding, count]);
    for (const [finding, count] of Object.entries(expected["not given"]))
      expect([finding, findings[finding]?.missing]).toEqual([finding, count]);
    expect(countsOf(manifest, "cardiomegaly")[3]).toBe(expected["heart null"]);
    expect(age.mean).toBeCloseTo(expected["mean age"], 4);
  },
);

test("older lists call atelectasis disturbances; a list may lie in labels/ and name healthy images and ages", async () => {
  const csv = lines(
    `${header.replaceAll("atelectasis", "disturbances")},healthy,age,gender`,
    `${row},1,064Y,F`,
  );
  const root = await writeFiles({
    "chest_radiograph/labels/original_novalid_UKA_master_list.csv": csv,
    "chest_radiograph/p1/123.dicom": "",
  });
  const manifest = await readDataset("uka-cxr", root);
  expect(rowOf(manifest, 0)).toMatchObject({
    atelectasis_right: -1,
    healthy: 1,
    age: 64,
    sex: "F",
    path: "chest_radiograph/p1/123.dicom",
  });
});

test("list and image folder may be named", async () => {
  const root = await writeFiles({ "lists/mine.csv": lines(header, row), "preprocessed224/p1/123.jpg": "" });
  const manifest = await readDataset("uka-cxr", root, {
    labelFile: "lists/mine.csv",
    imageFolder: "preprocessed224",
  });
  expect(columnOf(manifest, "path")).toEqual(["preprocessed224/p1/123.jpg"]);
  await expect(readDataset("uka-cxr", root, { labelFile: "../mine.csv" })).rejects.toThrow(
    /labelFile must be a relative path inside the root/,
  );
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  [
    "a grade outside its domain",
    row.replace(",4,3,", ",6,3,"),
    /row 2: cardiomegaly must be a grade from 0 to 5 or empty, got "6"/,
  ],
  ["a path in image_id", row.replace("123", "../123"), /row 2: image_id must be a plain file name/],
  ["a path in subset", row.replace("p1", "../p1"), /row 2: subset must be the plain name of a folder/],
  ["an unknown split", row.replace("train", "training"), /row 2: split must be train, valid or test/],
  ["no patient", row.replace("s1", ""), /row 2: subject_id must not be empty/],
  ["an image twice", lines(row, row), /row 3: image_id must be unique, as row 2/],
];

test.each(broken)("%s is refused by file, row and rule", async (_, text, message) => {
  await expect(readDataset("uka-cxr", await collection({ [name]: lines(header, text) }))).rejects.toThrow(
    message,
  );
});

test("either side is the or of three-valued logic, whichever side comes first", () => {
  const labels = [1, 0, -1, notMentioned];
  const table = labels.map((right) => labels.map((left) => eitherSide(right, left)));
  expect(table).toEqual([
    [1, 1, 1, 1],
    [1, 0, -1, notMentioned],
    [1, -1, -1, -1],
    [1, notMentioned, -1, notMentioned],
  ]);
});
