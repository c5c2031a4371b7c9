import { gzipSync } from "node:zlib";
import { chexpertColumns } from "./_chexpertLabels.js";
import { sizeOf } from "./_drawPicture.js";
import type { Picture } from "./_syntheticCases.js";
import { labelText } from "./_syntheticChexpert.js";
import {
  csvText,
  dateText,
  dayOfStudy,
  detailStream,
  hexDigits,
  isLabelled,
  type Layout,
  type LayoutContext,
  patientStream,
  studyStream,
  timeText,
} from "./_syntheticLayout.js";
import type { Profile } from "./_syntheticProfile.js";

/** Shares chosen to resemble the collection; they were not counted from its files. */
const profile: Profile = {
  normal: 0.33,
  rates: [
    { finding: "atelectasis", present: 0.2, uncertain: 0.045, absent: 0.007 },
    { finding: "cardiomegaly", present: 0.2, uncertain: 0.027, absent: 0.07 },
    { finding: "consolidation", present: 0.047, uncertain: 0.019, absent: 0.035 },
    { finding: "edema", present: 0.12, uncertain: 0.058, absent: 0.11 },
    { finding: "enlarged_cardiomediastinum", present: 0.032, uncertain: 0.041, absent: 0.023 },
    { finding: "fracture", present: 0.019, uncertain: 0.002, absent: 0.004 },
    { finding: "lung_lesion", present: 0.028, uncertain: 0.005, absent: 0.004 },
    { finding: "lung_opacity", present: 0.226, uncertain: 0.017, absent: 0.013 },
    { finding: "pleural_effusion", present: 0.238, uncertain: 0.026, absent: 0.12 },
    { finding: "pleural_other", present: 0.009, uncertain: 0.003, absent: 0.001 },
    { finding: "pneumonia", present: 0.073, uncertain: 0.08, absent: 0.107 },
    { finding: "pneumothorax", present: 0.045, uncertain: 0.005, absent: 0.186 },
  ],
  besides: [{ finding: "support_devices", present: 0.292, uncertain: 0.001, absent: 0.015 }],
  views: [
    ["AP", 0.6],
    ["PA", 0.4],
  ],
  lateral: ["LATERAL", 0.55],
  age: [60, 18, 18, 91],
  femaleShare: 0.48,
  shapes: [0.82, 0.83, 1.2, 1],
};

/** The labeller's columns in the order of these files: by their letters. */
const columns = [...chexpertColumns].sort(([a], [b]) => (a < b ? -1 : 1));
const split = ({ isHeldOut, patient }: Picture) =>
  !isHeldOut ? "train" : patient % 2 === 0 ? "test" : "valid";

/** Eight digits: patients begin with 1, studies with 5. The number itself keeps them apart. */
function idsOf(picture: Picture, context: LayoutContext) {
  const scatter = (random: () => number) => Math.floor(random() * 90);
  const subject = 10_000_000 + picture.patient * 97 + scatter(patientStream(picture, context, 1));
  const study =
    50_000_000 + (picture.index - picture.inStudy) * 91 + scatter(studyStream(picture, context, 2));
  const random = detailStream(picture, context, 3);
  const image = [0, 1, 2, 3, 4].map(() => hexDigits(random, 8)).join("-");
  const folder = `files/p${String(subject).slice(0, 2)}/p${subject}/s${study}`;
  return { subject, study, image, folder };
}

function metadataRow(picture: Picture, context: LayoutContext): (string | number)[] {
  const { subject, study, image } = idsOf(picture, context);
  const random = studyStream(picture, context, 4);
  const [width, height] = sizeOf(picture, context.imageSize);
  const isPortable = picture.view === "AP";
  const procedure = isPortable ? "CHEST (PORTABLE AP)" : "CHEST (PA AND LAT)";
  const words: Readonly<Record<string, string>> = {
    AP: "antero-posterior",
    PA: "postero-anterior",
    LATERAL: "lateral",
  };
  return [
    ...[image, subject, study, procedure, picture.view, height, width],
    dateText(dayOfStudy(picture, context, 2120 + Math.floor(patientStream(picture, context, 5)() * 70))),
    `${timeText(random)}.${String(Math.floor(random() * 1000)).padStart(3, "0")}`,
    ...[procedure, words[picture.view] as string, isPortable && random() < 0.3 ? "" : "Erect"],
  ];
}

function studyRows(pictures: readonly Picture[], context: LayoutContext): (string | number)[][] {
  return pictures
    .filter(({ inStudy }) => inStudy === 0)
    .map((picture) => {
      const { subject, study } = idsOf(picture, context);
      return [subject, study, ...columns.map(([, finding]) => labelText(picture.labels.get(finding)))];
    });
}

/** The same labels as another labeller reads them: now and then it says nothing of what the first excludes. */
function otherLabeller(rows: readonly (readonly (string | number)[])[]): (string | number)[][] {
  return rows.map((row, i) => row.map((cell, k) => (cell === "0.0" && (i * 7 + k) % 5 === 0 ? "" : cell)));
}

function tablesOf(pictures: readonly Picture[], context: LayoutContext) {
  const table = (
    name: string,
    header: readonly string[],
    rows: readonly (readonly (string | number)[])[],
  ) => ({
    path: `mimic-cxr-2.0.0-${name}.csv.gz`,
    content: gzipSync(csvText(header, rows), { level: 6 }),
  });
  const ids = pictures.map((picture) => ({ ...idsOf(picture, context), picture }));
  const labels = studyRows(pictures, context);
  const labelHeader = ["subject_id", "study_id", ...columns.map(([name]) => name)];
  const words = { train: "train", valid: "validate", test: "test" } as const;
  const isFirst = ({ picture }: { readonly picture: Picture }) => picture.inStudy === 0;
  return [
    table(
      "metadata",
      [
        ...["dicom_id", "subject_id", "study_id", "PerformedProcedureStepDescription", "ViewPosition"],
        ...["Rows", "Columns", "StudyDate", "StudyTime", "ProcedureCodeSequence_CodeMeaning"],
        ...["ViewCodeSequence_CodeMeaning", "PatientOrientationCodeSequence_CodeMeaning"],
      ],
      pictures.map((picture) => metadataRow(picture, context)),
    ),
    table(
      "split",
      ["dicom_id", "study_id", "subject_id", "split"],
      ids.map(({ image, study, subject, picture }) => [image, study, subject, words[split(picture)]]),
    ),
    table("chexpert", labelHeader, labels),
    table("negbio", labelHeader, otherLabeller(labels)),
    {
      path: "cxr-record-list.csv",
      content: csvText(
        ["subject_id", "study_id", "dicom_id", "path"],
        ids.map(({ subject, study, image, folder }) => [subject, study, image, `${folder}/${image}.dcm`]),
      ),
    },
    {
      path: "cxr-study-list.csv",
      content: csvText(
        ["subject_id", "study_id", "path"],
        ids.filter(isFirst).map(({ subject, study, folder }) => [subject, study, `${folder}.txt`]),
      ),
    },
  ];
}

/** MIMIC-CXR-JPG 2.0.0. */
export const mimicCxrLayout: Layout = {
  profile,
  variants: [],
  file: (picture, context) => {
    const { folder, image } = idsOf(picture, context);
    return { path: `${folder}/${image}.jpg`, encoding: { kind: "jpeg", quality: 95 } };
  },
  tables: tablesOf,
  split,
  findings: chexpertColumns.map(([, finding]) => finding),
  isPresent: isLabelled,
};
