import type { Picture } from "./_syntheticCases.js";
import { bedsideProfile, type Grade, gradeOf, isPresentOnASide } from "./_syntheticGrades.js";
import {
  csvText,
  dateText,
  dayOfStudy,
  detailStream,
  hexDigits,
  type Layout,
  type LayoutContext,
  patientStream,
} from "./_syntheticLayout.js";
import { gradedColumns } from "./_taixTables.js";

const grades: Readonly<Record<Grade, number>> = {
  none: 0,
  questionable: 1,
  slight: 2,
  moderate: 3,
  severe: 4,
};
const heartGrades: Readonly<Record<Grade, number>> = {
  none: 0,
  questionable: 1,
  slight: 1,
  moderate: 2,
  severe: 3,
};
const numFolds = 5;

const uid = (picture: Picture, context: LayoutContext) => hexDigits(detailStream(picture, context, 1), 64);
const split = ({ isHeldOut, patient }: Picture) =>
  isHeldOut ? "test" : patient % 6 === 0 ? "valid" : "train";

/** The test images are the same in each fold; the validation part goes round. */
function splitInFold(picture: Picture, fold: number): string {
  if (picture.isHeldOut) return "test";
  return (picture.patient + fold) % 6 === 0 ? "val" : "train";
}

function annotationRow(picture: Picture, context: LayoutContext): (string | number)[] {
  const random = detailStream(picture, context, 2);
  const days = Math.floor(picture.age * 365.25);
  const physician = hexDigits(detailStream(picture, context, 3), 64);
  return [
    uid(picture, context),
    ...[hexDigits(patientStream(picture, context, 4), 64), physician],
    ...[dateText(dayOfStudy(picture, context, 2010), "-"), days, picture.female ? "F" : "M"],
    ...gradedColumns.map(
      ([, finding], k) => (k === 0 ? heartGrades : grades)[gradeOf(picture, finding, random)],
    ),
  ];
}

/** TAIX-Ray as exported to files. */
export const taixRayLayout: Layout = {
  profile: bedsideProfile(gradedColumns.slice(2).map(([, finding]) => finding)),
  variants: [],
  file: (picture, context) => ({
    path: `data_png_resize_512/${uid(picture, context)}.png`,
    encoding: { kind: "png", bits: 8 },
  }),
  tables: (pictures, context) => {
    const ids = pictures.map((picture) => uid(picture, context));
    const folds = Array.from({ length: numFolds }, (_, fold) =>
      pictures.map((picture, i) => [ids[i] as string, fold, splitInFold(picture, fold)]),
    );
    const header = [
      "UID",
      "PatientID",
      "PhysicianID",
      "StudyDate",
      "Age",
      "Sex",
      ...gradedColumns.map(([name]) => name),
    ];
    const rows = pictures.map((picture) => annotationRow(picture, context));
    return [
      { path: "metadata/split.csv", content: csvText(["UID", "Fold", "Split"], folds.flat()) },
      { path: "metadata/annotation.csv", content: csvText(header, rows) },
    ];
  },
  split,
  findings: [
    ...gradedColumns.map(([, finding]) => finding),
    "pleural_effusion",
    "lung_opacity",
    "atelectasis",
  ],
  isPresent: isPresentOnASide,
};
