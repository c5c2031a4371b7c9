import { sizeOf } from "./_drawPicture.js";
import { randomUid } from "./_encodeDicom.js";
import type { Picture } from "./_syntheticCases.js";
import { bedsideProfile, type Grade, gradeOf, isPresentOnASide } from "./_syntheticGrades.js";
import {
  csvText,
  dateText,
  dayOfStudy,
  detailStream,
  type Layout,
  type LayoutContext,
  type PictureEncoding,
  timeText,
} from "./_syntheticLayout.js";
import { ageText } from "./_syntheticVindr.js";
import type { Finding } from "./findings.js";

const sides: readonly Finding[] = [
  "pleural_effusion_right",
  "pleural_effusion_left",
  "pneumonic_infiltrates_right",
  "pneumonic_infiltrates_left",
  "atelectasis_right",
  "atelectasis_left",
  "pneumothorax_right",
  "pneumothorax_left",
];
const merged: readonly Finding[] = ["pleural_effusion", "pneumonic_infiltrates", "atelectasis"];
/** Codes of the reports: 5 is questionable, and for a heart not assessable. */
const codes: Readonly<Record<Grade, number>> = {
  none: 1,
  slight: 2,
  moderate: 3,
  severe: 4,
  questionable: 5,
};
/** Most training images of one folder. */
const folderSize = 12_000;

const imageId = ({ index }: Picture) => String(30_000_001 + index * 7);
const subjectId = ({ patient }: Picture) => String(500_001 + patient * 3);
const split = ({ isHeldOut, patient }: Picture) =>
  !isHeldOut ? "train" : patient % 4 === 0 ? "valid" : "test";

function subsetOf(picture: Picture): string {
  const part = split(picture);
  return part === "train" ? `p${1 + Math.floor(picture.index / folderSize)}` : part;
}

function encodingOf(picture: Picture, context: LayoutContext): PictureEncoding {
  if (context.variant === "jpg") return { kind: "jpeg", quality: 95 };
  const random = detailStream(picture, context, 2);
  const day = dayOfStudy(picture, context, 2010);
  const isFilm = day < 365.25 * 46;
  return {
    kind: "dicom",
    header: {
      bitsStored: isFilm ? 10 : 12,
      photometricInterpretation: isFilm ? "MONOCHROME1" : "MONOCHROME2",
      modality: isFilm ? "CR" : "DX",
      transferSyntax: random() < 0.5 ? "explicit" : "implicit",
      window: isFilm ? { center: 512, width: 1024 } : { center: 2048, width: 4096 },
      rescale: { slope: 1, intercept: 0 },
      pixelSpacingMm: Math.round((420 / Math.max(...sizeOf(picture, context.imageSize))) * 1000) / 1000,
      viewPosition: "AP",
      patientId: subjectId(picture),
      patientSex: picture.female ? "F" : "M",
      patientAge: ageText(picture.age),
      date: dateText(day),
      uids: { study: randomUid(random), series: randomUid(random), image: randomUid(random) },
    },
  };
}

const header = [
  ...["image_id", "split", "subset", "birth_date", "examination_date", "study_time", "patient_sex"],
  ...["ExposureinuAs", "cardiomegaly", "congestion", ...sides, "subject_id", "age", "comorbidities"],
  ...["healthy", ...merged],
];

function rowOf(picture: Picture, context: LayoutContext): (string | number)[] {
  const random = detailStream(picture, context, 3);
  const day = dayOfStudy(picture, context, 2010);
  const grade = (finding: Finding) => codes[gradeOf(picture, finding, random)];
  return [
    ...[imageId(picture), split(picture), subsetOf(picture)],
    ...[dateText(day - Math.round(picture.age * 365.25), "-"), dateText(day, "-"), timeText(random)],
    ...[picture.female ? "F" : "M", 800 + Math.floor(random() * 2400)],
    ...[grade("cardiomegaly"), grade("congestion"), ...sides.map(grade)],
    ...[subjectId(picture), Math.floor(picture.age), ""],
    picture.labels.get("no_finding") === 1 ? 1 : 0,
    ...merged.map((finding) => (isPresentOnASide(picture, finding) ? 1 : 0)),
  ];
}

/** UKA-CXR: the master list, with DICOM files or preprocessed JPEG files in numbered folders. */
export const ukaCxrLayout: Layout = {
  profile: bedsideProfile(sides),
  variants: ["dicom", "jpg"],
  file: (picture, context) => ({
    path: `chest_radiograph/${subsetOf(picture)}/${imageId(picture)}.${context.variant === "jpg" ? "jpg" : "dcm"}`,
    encoding: encodingOf(picture, context),
  }),
  tables: (pictures, context) => [
    {
      path: "chest_radiograph/labels/original_novalid_UKA_master_list.csv",
      content: csvText(
        header,
        pictures.map((picture) => rowOf(picture, context)),
      ),
    },
  ],
  split,
  findings: ["cardiomegaly", "congestion", ...sides, ...merged, "pneumothorax", "healthy"],
  isPresent: (picture, finding) =>
    finding === "healthy" ? picture.labels.get("no_finding") === 1 : isPresentOnASide(picture, finding),
};
