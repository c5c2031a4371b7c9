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
import { chexpertColumns } from "./_chexpertLabels.js";
import { stringsOf } from "./_columns.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import type { ReadDatasetOptions } from "./readDataset.js";
import { readDataset } from "./readDataset.js";

const metadataHeader =
  "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning";
const labelHeader =
  "subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices";
const id = "0a1b2c3d-11112222-33334444-55556666-77778888";
/** The specification's example: an uncertain mediastinum. */
const metadataRow = `${id},19990001,59990001,CHEST (PORTABLE AP),AP,3056,2544,21800506,213014.531,CHEST (PORTABLE AP),antero-posterior,Erect`;
const splitRow = `${id},59990001,19990001,train`;
const labelRow = "19990001,59990001,,1.0,,,-1.0,,,,,0.0,,,0.0,";
const more = {
  metadata: [
    "bbbbbbbb-1,19990001,59990001,,LATERAL,3056,2544,,,,,",
    'cccccccc-1,19990002,59990002,"CHEST, ""PA""",PA,3056,2544,,,,,',
    "dddddddd-1,19990003,59990003,,,3056,2544,,,,,",
  ],
  split: ["bbbbbbbb-1,59990001,19990001,train", "cccccccc-1,59990002,19990002,validate"],
};
const lines = (...parts: readonly string[]) => `${parts.join("\n")}\n`;
const path = `files/p19/p19990001/s59990001/${id}.jpg`;

function collection(changes: Readonly<Record<string, string | Uint8Array>> = {}) {
  return writeFiles({
    "mimic-cxr-2.0.0-metadata.csv": lines(metadataHeader, metadataRow, ...more.metadata),
    "mimic-cxr-2.0.0-split.csv": lines("dicom_id,study_id,subject_id,split", splitRow, ...more.split),
    "mimic-cxr-2.0.0-chexpert.csv": lines(labelHeader, labelRow),
    ...changes,
  });
}

const read = (root: string, options: ReadDatasetOptions = {}) =>
  readDataset("mimic-cxr", root, { checkImages: false, ...options });

test("labels come from the study, the split from the image, the path from the ids", async () => {
  const manifest = await read(await collection());
  expect(rowOf(manifest, 0)).toMatchObject({
    imageId: id,
    patientId: "19990001",
    path,
    split: "train",
    view: "AP",
    sex: null,
    age: null,
    cardiomegaly: 1,
    enlarged_cardiomediastinum: -1,
    pleural_effusion: 0,
    pneumothorax: 0,
    atelectasis: null,
    no_finding: null,
  });
  expect(rowOf(manifest, 1)).toMatchObject({
    split: "valid",
    view: "PA",
    cardiomegaly: null,
    no_finding: null,
  });
  expect(manifest.table.numRows).toBe(2);
  expect(counted(manifest)).toEqual({ viewFiltered: 2, studyUnlabelled: 2, splitMissing: 1 });
  expect(checkSplits(manifest)).toEqual([]);
});

test("as published, the specification's row is left out for its uncertain mediastinum", async () => {
  const manifest = await read(await collection(), { protocol: "as-published" });
  expect(columnOf(manifest, "imageId")).toEqual(["cccccccc-1"]);
  expect(describeDataset(manifest).dropped).toEqual({ uncertainRow: 2, viewFiltered: 1 });
});

test("an image whose view is blank is kept with all views, as unknown", async () => {
  const manifest = await read(await collection(), { views: "all" });
  expect(columnOf(manifest, "view")).toEqual(["AP", "LATERAL", "PA", null]);
});

test.each(["chexpert", "negbio"] as const)(
  "rows, order and labels of %s are those of pandas",
  async (labeller) => {
    const expected = pandas["mimic-cxr"][labeller];
    const root = join(pandasFolder, "mimic-cxr");
    for (const protocol of ["corrected", "as-published"] as const) {
      const manifest = await read(root, { protocol, labeller });
      expect(inOrder(stringsOf(manifest.table, "imageId"))).toEqual(expected[protocol].ids);
      for (const [name, word] of chexpertColumns)
        expect([name, ...countsOf(manifest, word)]).toEqual([name, ...expected[protocol].counts[name]]);
      const { images, read: rowsRead, dropped } = describeDataset(manifest);
      expect(rowsRead.images).toBe(expected.rows);
      expect(images + Object.values(dropped).reduce((a, b) => a + b)).toBe(expected.rows);
    }
    const { splits } = describeDataset(await read(root, { labeller }));
    const official = {
      train: splits.train?.images,
      validate: splits.valid?.images,
      test: splits.test?.images,
    };
    expect(official).toEqual(expected.splits);
  },
);

test("the study's split pools all patients and is the same under both protocols", async () => {
  const root = join(pandasFolder, "mimic-cxr");
  const { patients } = pandas["mimic-cxr"].chexpert;
  const options = { split: "study", splitSeed: 11, views: "all" } as const;
  const manifest = await read(root, options);
  const { splits } = describeDataset(manifest);
  expect(splits.test?.patients).toBe(Math.floor(patients / 5));
  expect(splits.valid).toBeUndefined();
  expect(checkSplits(manifest)).toEqual([]);
  const published = await read(root, { ...options, protocol: "as-published" });
  const testPatients = new Set(
    stringsOf(manifest.table, "patientId").filter((_, row) => columnOf(manifest, "split")[row] === "test"),
  );
  stringsOf(published.table, "patientId").forEach((patient, row) => {
    expect(columnOf(published, "split")[row]).toBe(testPatients.has(patient) ? "test" : "train");
  });
});

test("files of 2.1.0 and packed ones are found, and the images are looked for", async () => {
  const root = await writeFiles({
    "mimic-cxr-2.1.0-metadata.csv.gz": gzipSync(lines(metadataHeader, metadataRow)),
    "mimic-cxr-2.0.0-split.csv.gz": gzipSync(lines("dicom_id,study_id,subject_id,split", splitRow)),
    "mimic-cxr-2.0.0-negbio.csv": lines(labelHeader, labelRow.replace("1.0", "0.0")),
    [path]: "",
  });
  const manifest = await readDataset("mimic-cxr", root, { labeller: "negbio" });
  expect(rowOf(manifest, 0)).toMatchObject({ path, cardiomegaly: 0 });
  expect(manifest.table.schema.metadata.get("version")).toBe("2.1.0");
  expect(manifest.table.schema.metadata.get("labeller")).toBe("negbio");
  await expect(readDataset("mimic-cxr", root)).rejects.toThrow(
    /label file must be .*mimic-cxr-2\.1\.0-chexpert\.csv or/,
  );
});

const table = (name: string, header: string, ...rows: readonly string[]) => ({
  [`mimic-cxr-2.0.0-${name}.csv`]: lines(header, ...rows),
});
const broken: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    "a patient that is no number",
    table("metadata", metadataHeader, metadataRow.replace("19990001", "../1")),
    /metadata\.csv row 2: subject_id must be a number/,
  ],
  [
    "an image id that is a path",
    table("metadata", metadataHeader, metadataRow.replace(id, "../../x")),
    /row 2: dicom_id must be letters/,
  ],
  [
    "an image twice",
    table("metadata", metadataHeader, metadataRow, metadataRow),
    /row 3: dicom_id must be unique, as row 2/,
  ],
  [
    "an unknown split",
    table("split", "dicom_id,study_id,subject_id,split", splitRow.replace("train", "val")),
    /split\.csv row 2: split must be train, validate or test, got "val"/,
  ],
  [
    "a study twice",
    table("chexpert", labelHeader, labelRow, labelRow),
    /chexpert\.csv row 3: study_id must be unique, as row 2/,
  ],
  [
    "a label outside its domain",
    table("chexpert", labelHeader, labelRow.replace("-1.0", "-1.5")),
    /row 2: Enlarged Cardiomediastinum must be .* got "-1\.5"/,
  ],
  [
    "a study of another patient",
    table("chexpert", labelHeader, labelRow.replace("19990001", "19990009")),
    /metadata\.csv row 2: study_id must be of one patient, got "59990001 of 19990001, in .*chexpert\.csv of 19990009"/,
  ],
];

test.each(broken)("%s is refused by file, row and rule", async (_, files, message) => {
  await expect(read(await collection(files))).rejects.toThrow(message);
});
