import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { temporaryFolder } from "../test/tinyDataset.js";
import { checkSplits } from "./checkSplits.js";
import { decodeImage } from "./decodeImage.js";
import { describeDataset } from "./describeDataset.js";
import { type DatasetName, datasetNames } from "./Manifest.js";
import { presentGrey } from "./presentGrey.js";
import { type ReadDatasetOptions, readDataset } from "./readDataset.js";
import { type WriteSyntheticDatasetOptions, writeSyntheticDataset } from "./writeSyntheticDataset.js";

type Given = Partial<WriteSyntheticDatasetOptions>;
const usual = { images: 60, seed: 4, imageSize: 32, prevalence: "balanced" } as const;

async function drawn(name: DatasetName, given: Given = {}) {
  const root = join(await temporaryFolder(), name);
  const written = await writeSyntheticDataset(name, root, { ...usual, ...given });
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
  const text = (path: string) => {
    const bytes = readFileSync(join(root, path));
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  };
  return { root, written, files, text, rows: (path: string) => text(path).trimEnd().split("\n") };
}

const readings: readonly (readonly [DatasetName, Given, ReadDatasetOptions])[] = [
  ["vindr-cxr", {}, {}],
  ["chestxray14", { prevalence: "published" }, {}],
  ["chexpert", { variant: "full" }, { views: "all" }],
  ["chexpert", { variant: "small" }, { views: "all" }],
  ["mimic-cxr", {}, { views: "all" }],
  ["uka-cxr", { variant: "dicom" }, {}],
  ["uka-cxr", { variant: "jpg" }, {}],
  ["taix-ray", {}, {}],
  ["padchest", {}, { views: "all" }],
  ["vindr-pcxr", {}, {}],
];
for (const [name, given, options] of readings)
  test(`${name} ${given.variant ?? ""}: readDataset finds what was written, without a warning, and every image decodes`, async () => {
    const { root, written } = await drawn(name, given);
    const manifest = await readDataset(name, root, options);
    const described = describeDataset(manifest);
    expect(manifest.warnings).toEqual([]);
    expect(checkSplits(manifest)).toEqual([]);
    expect([described.images, described.patients]).toEqual([written.numImages, written.numPatients]);
    expect(Object.keys(written.findings).sort()).toEqual([...manifest.findings].sort());
    for (const [finding, count] of Object.entries(written.findings))
      expect([finding, described.findings[finding]?.positives]).toEqual([finding, count]);
    if (name !== "padchest")
      for (const split of ["train", "valid", "test"] as const)
        expect([split, described.splits[split]?.images ?? 0]).toEqual([split, written.splits[split]]);
    expect(manifest.table.schema.metadata.get("version")).toBe("synthetic");
    for (const row of manifest.table) {
      const { width, height, bitsStored } = await decodeImage(readFileSync(join(root, row?.path as string)));
      expect(Math.max(width, height)).toBe(32);
      expect(Math.min(width, height)).toBeGreaterThan(24);
      if (name === "padchest") expect(bitsStored).toBe(16);
    }
  });

const fourteen =
  "No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices";
const vindrColumns =
  "Aortic enlargement,Atelectasis,Calcification,Cardiomegaly,Clavicle fracture,Consolidation,Edema,Emphysema,Enlarged PA,ILD,Infiltration,Lung Opacity,Lung cavity,Lung cyst,Mediastinal shift,Nodule/Mass,Pleural effusion,Pleural thickening,Pneumothorax,Pulmonary fibrosis,Rib fracture,Other lesion,COPD,Lung tumor,Pneumonia,Tuberculosis";

test("vindr-cxr: three readers a training image who sometimes disagree, rectangles, one consensus a test image", async () => {
  const { files, rows } = await drawn("vindr-cxr");
  const images = files.filter((path) => !path.startsWith("annotations/") && path !== "SYNTHETIC.json");
  for (const path of images) expect(path).toMatch(/^(train|test)\/[0-9a-f]{32}\.dicom$/);
  expect(files.filter((path) => path.startsWith("annotations/"))).toEqual([
    "annotations/annotations_test.csv",
    "annotations/annotations_train.csv",
    "annotations/image_labels_test.csv",
    "annotations/image_labels_train.csv",
  ]);
  const [header, ...labels] = rows("annotations/image_labels_train.csv");
  expect(header).toBe(`image_id,rad_id,${vindrColumns},Other diseases,No finding`);
  expect(rows("annotations/image_labels_test.csv")[0]).toBe(
    `image_id,${vindrColumns},Other disease,No finding`,
  );
  const numTrain = images.filter((path) => path.startsWith("train/")).length;
  expect(labels).toHaveLength(3 * numTrain);
  const readersOf = new Map<string, string[]>();
  const opinions = new Map<string, Set<string>>();
  for (const row of labels) {
    const [image = "", reader = "", ...values] = row.split(",");
    expect(reader).toMatch(/^R([1-9]|1[0-7])$/);
    readersOf.set(image, [...(readersOf.get(image) ?? []), reader]);
    opinions.set(image, (opinions.get(image) ?? new Set()).add(values.join("")));
  }
  for (const readers of readersOf.values()) expect(new Set(readers).size).toBe(3);
  const disagreeing = [...opinions.values()].filter((said) => said.size > 1).length;
  expect(disagreeing).toBeGreaterThan(0);
  expect(disagreeing).toBeLessThan(numTrain);
  const [boxHeader, ...boxes] = rows("annotations/annotations_train.csv");
  expect(boxHeader).toBe("image_id,rad_id,class_name,x_min,y_min,x_max,y_max");
  const named = new Set(boxes.map((row) => row.split(",").slice(0, 3).join()));
  const local = vindrColumns.split(",").slice(0, 22);
  for (const row of labels) {
    const [image, reader, ...values] = row.split(",");
    local.forEach((name, k) => {
      expect([row, name, named.has(`${image},${reader},${name}`)]).toEqual([row, name, values[k] === "1"]);
    });
  }
  for (const row of boxes) {
    const [, , name = "", ...places] = row.split(",");
    if (name === "No finding") expect(places).toEqual(["", "", "", ""]);
    else {
      const [left, top, right, bottom] = places.map(Number) as [number, number, number, number];
      expect([name, left < right && top < bottom && left >= 0 && right <= 32]).toEqual([name, true]);
    }
  }
});

test("chexpert: paths, sexes, views and values to the letter, valid.csv without blanks", async () => {
  const { files, rows } = await drawn("chexpert", { variant: "small", prevalence: "published" });
  const [header, ...train] = rows("CheXpert-v1.0-small/train.csv");
  expect(header).toBe(`Path,Sex,Age,Frontal/Lateral,AP/PA,${fourteen}`);
  const row =
    /^(CheXpert-v1\.0-small\/train\/patient\d{5}\/study\d\/view([12])_(frontal|lateral)\.jpg),(Male|Female),\d\d,(Frontal,(AP|PA)|Lateral,)(,(1\.0|0\.0|-1\.0)?){14}$/;
  for (const line of train) {
    const path = row.exec(line)?.[1];
    expect([line, files.includes(path as string)]).toEqual([line, true]);
  }
  expect(train.some((line) => line.includes(",Lateral,,"))).toBe(true);
  expect(train.some((line) => line.includes(",-1.0"))).toBe(true);
  for (const line of rows("CheXpert-v1.0-small/valid.csv").slice(1))
    expect(line).toMatch(/(,(1\.0|0\.0)){14}$/);
});

test("mimic-cxr: folders by patient and study, six tables with their headers, a study's labels once", async () => {
  const { files, rows } = await drawn("mimic-cxr");
  const tables = files.filter((path) => !path.startsWith("files/") && path !== "SYNTHETIC.json");
  expect(tables).toEqual([
    "cxr-record-list.csv",
    "cxr-study-list.csv",
    "mimic-cxr-2.0.0-chexpert.csv.gz",
    "mimic-cxr-2.0.0-metadata.csv.gz",
    "mimic-cxr-2.0.0-negbio.csv.gz",
    "mimic-cxr-2.0.0-split.csv.gz",
  ]);
  const pattern = /^files\/p(1\d)\/p(\1\d{6})\/s5\d{7}\/([0-9a-f]{8}-){4}[0-9a-f]{8}\.jpg$/;
  for (const path of files.filter((name) => name.startsWith("files/"))) expect(path).toMatch(pattern);
  expect(rows("mimic-cxr-2.0.0-metadata.csv.gz")[0]).toBe(
    "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning",
  );
  expect(rows("mimic-cxr-2.0.0-split.csv.gz")[0]).toBe("dicom_id,study_id,subject_id,split");
  const byLetters = [...fourteen.split(",")].sort().join(",");
  const labels = rows("mimic-cxr-2.0.0-chexpert.csv.gz");
  expect(labels[0]).toBe(`subject_id,study_id,${byLetters}`);
  const studies = labels.slice(1).map((row) => row.split(",")[1]);
  expect(new Set(studies).size).toBe(studies.length);
  const records = rows("cxr-record-list.csv").slice(1);
  expect(records.map((row) => row.split(",")[3]?.replace(".dcm", ".jpg")).sort()).toEqual(
    files.filter((path) => path.startsWith("files/")),
  );
  const views = rows("mimic-cxr-2.0.0-metadata.csv.gz")
    .slice(1)
    .map((row) => row.split(",")[4]);
  expect(new Set(views)).toEqual(new Set(["AP", "PA", "LATERAL"]));
});

test("uka-cxr: a master list with codes 1 to 5 and images in the folder it names", async () => {
  const { files, rows } = await drawn("uka-cxr", { prevalence: "published", images: 120 });
  const [header = "", ...list] = rows("chest_radiograph/labels/original_novalid_UKA_master_list.csv");
  expect(header).toBe(
    "image_id,split,subset,birth_date,examination_date,study_time,patient_sex,ExposureinuAs,cardiomegaly,congestion,pleural_effusion_right,pleural_effusion_left,pneumonic_infiltrates_right,pneumonic_infiltrates_left,atelectasis_right,atelectasis_left,pneumothorax_right,pneumothorax_left,subject_id,age,comorbidities,healthy,pleural_effusion,pneumonic_infiltrates,atelectasis",
  );
  const seen = new Set<string>();
  for (const row of list) {
    const cells = row.split(",");
    expect(files).toContain(`chest_radiograph/${cells[2]}/${cells[0]}.dcm`);
    for (const code of cells.slice(8, 18)) seen.add(code);
  }
  expect([...seen].sort()).toEqual(["1", "2", "3", "4", "5"]);
});

test("taix-ray: ids of 64 hexadecimal digits, ages in days, five folds of the same images", async () => {
  const { files, rows } = await drawn("taix-ray");
  const [header, ...list] = rows("metadata/annotation.csv");
  expect(header).toBe(
    "UID,PatientID,PhysicianID,StudyDate,Age,Sex,HeartSize,PulmonaryCongestion,PleuralEffusion_Right,PleuralEffusion_Left,PulmonaryOpacities_Right,PulmonaryOpacities_Left,Atelectasis_Right,Atelectasis_Left",
  );
  for (const row of list)
    expect(row).toMatch(
      /^[0-9a-f]{64},[0-9a-f]{64},[0-9a-f]{64},20\d\d-\d\d-\d\d,\d{4,5},[FM],[0-3](,[0-4]){7}$/,
    );
  const [splitHeader, ...folds] = rows("metadata/split.csv");
  expect(splitHeader).toBe("UID,Fold,Split");
  expect(folds).toHaveLength(5 * list.length);
  const names = list.map((row) => `data_png_resize_512/${row.slice(0, 64)}.png`);
  expect(files.filter((path) => path.endsWith(".png"))).toEqual(names.sort());
});

test("padchest: an unnamed first column, 36 columns, lists as Python prints them, 16-bit images", async () => {
  const { root, files, text } = await drawn("padchest");
  const table = text("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz");
  const header = (table.split("\n")[0] as string).split(",");
  expect(header).toHaveLength(36);
  expect(header.slice(0, 10).join()).toBe(
    ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection",
  );
  expect(header.slice(28).join()).toBe(
    "ReportID,Report,MethodLabel,Labels,Localizations,LabelsLocalizationsBySentence,labelCUIS,LocalizationsCUIS",
  );
  expect(table).toMatch(/,"\['[a-zA-Z ]+', ' ?[a-zA-Z ]+'/);
  expect(table).toMatch(/,19\d\d\.0,[FM],/);
  const images = files.filter((path) => path.endsWith(".png"));
  for (const path of images)
    expect(path).toMatch(/^([0-9]|[1-4][0-9]|5[0-4])\/\d{39}_\d\d-\d{3}-\d{3}\.png$/);
  const { pixels } = await decodeImage(readFileSync(join(root, images[0] as string)));
  expect(new Set(pixels).size).toBeGreaterThan(256);
});

test("vindr-cxr: MONOCHROME1 images are stored inverted and look the same when presented", async () => {
  const { root, files } = await drawn("vindr-cxr", { images: 40 });
  const differences = new Map<string, number[]>();
  for (const path of files.filter((name) => name.endsWith(".dicom"))) {
    const image = await decodeImage(readFileSync(join(root, path)));
    const kind = `${image.photometricInterpretation} ${image.dicom?.modality}`;
    const { width, height, pixels, maximum } = presentGrey(image);
    const at = (x: number, y: number) =>
      (pixels[Math.floor(y * height) * width + Math.floor(x * width)] as number) / maximum;
    const [belly, lung] = [at(0.5, 0.95) + at(0.4, 0.95), at(0.25, 0.45) + at(0.75, 0.4)];
    differences.set(kind, [...(differences.get(kind) ?? []), (belly - lung) / 2]);
  }
  expect([...differences.keys()].sort()).toEqual([
    ...["MONOCHROME1 CR", "MONOCHROME1 DX", "MONOCHROME2 CR", "MONOCHROME2 DX"],
  ]);
  for (const [kind, values] of differences)
    expect([kind, values.reduce((sum, value) => sum + value, 0) / values.length > 0.25]).toEqual([
      kind,
      true,
    ]);
});

test("vindr-pcxr: one reader, the columns of the children's diseases, rectangles of what is seen of them", async () => {
  const { rows } = await drawn("vindr-pcxr");
  const diseases =
    "No finding,Bronchitis,Brocho-pneumonia,Other disease,Bronchiolitis,Situs inversus,Pneumonia,Pleuro-pneumonia,Diagphramatic hernia,Tuberculosis,Congenital emphysema,CPAM,Hyaline membrane disease,Mediastinal tumor,Lung tumor";
  expect(rows("annotations/image_labels_train.csv")[0]).toBe(`image_id,rad_id,${diseases}`);
  expect(rows("annotations/image_labels_test.csv")[0]).toBe(`image_id,${diseases}`);
  const names = new Set(
    rows("annotations/annotations_train.csv")
      .slice(1)
      .map((row) => row.split(",")[2]),
  );
  for (const name of ["No finding", "Other opacity", "Bronchial thickening", "Lung hyperinflation"])
    expect([name, names.has(name)]).toEqual([name, true]);
});

test("a seed gives the same bytes for every collection, another seed others", async () => {
  const digest = async (name: DatasetName, seed: number) => {
    const { root, files } = await drawn(name, { images: 6, imageSize: 24, seed });
    const hash = createHash("sha256");
    for (const path of files) hash.update(path).update(readFileSync(join(root, path)));
    return hash.digest("hex");
  };
  for (const name of datasetNames) {
    const first = await digest(name, 1);
    expect([name, await digest(name, 1)]).toEqual([name, first]);
    expect([name, (await digest(name, 2)) === first]).toEqual([name, false]);
  }
});

test("a variant that a collection does not have is refused", async () => {
  const root = join(await temporaryFolder(), "drawn");
  const write = (name: DatasetName, given: Given) =>
    writeSyntheticDataset(name, root, { ...usual, ...given });
  await expect(write("chexpert", { variant: "dicom" })).rejects.toThrow(
    "writeSyntheticDataset: variant must be one of full, small for chexpert, got dicom",
  );
  await expect(write("padchest", { variant: "full" })).rejects.toThrow(
    "variant must be left out for padchest",
  );
  await expect(write("chexpert", { prevalence: "often" as "balanced" })).rejects.toThrow(
    "prevalence must be one of",
  );
});
