import { sizeOf } from "./_drawPicture.js";
import { randomUid } from "./_encodeDicom.js";
import type { Picture } from "./_syntheticCases.js";
import {
  csvText,
  detailStream,
  isLabelled,
  type Layout,
  type LayoutContext,
  type PictureEncoding,
  patientStream,
  type TableFile,
} from "./_syntheticLayout.js";
import { vindrAdults, vindrChildren } from "./_syntheticVindrRates.js";
import {
  addReadings,
  adultClassOf,
  adultColumns,
  childClassOf,
  childColumns,
  imageId,
  type Rows,
  type VindrForm,
} from "./_syntheticVindrReadings.js";

const split = ({ isHeldOut }: Picture) => (isHeldOut ? "test" : "train");

/** How the DICOM files are made: mostly plain, some coded otherwise; sex and age in few. */
function encodingOf(picture: Picture, context: LayoutContext): PictureEncoding {
  const random = detailStream(picture, context, 2);
  const syntax = random();
  const bitsStored = random() < 0.75 ? 12 : 14;
  const half = 2 ** (bitsStored - 1);
  const knowsSex = patientStream(picture, context, 3)() < (picture.age < 14 ? 0.9 : 0.42);
  const knowsAge = knowsSex && (picture.age < 14 || random() < 0.4);
  return {
    kind: "dicom",
    header: {
      bitsStored,
      photometricInterpretation: random() < 0.25 ? "MONOCHROME1" : "MONOCHROME2",
      modality: random() < 0.5 ? "CR" : "DX",
      transferSyntax:
        syntax < 0.7 ? "explicit" : syntax < 0.8 ? "implicit" : syntax < 0.9 ? "deflated" : "rle",
      window: { center: half, width: 2 * half },
      rescale: { slope: 1, intercept: 0 },
      pixelSpacingMm: Math.round((360 / Math.max(...sizeOf(picture, context.imageSize))) * 1000) / 1000,
      viewPosition: "PA",
      patientId: imageId(picture, context),
      ...(knowsSex ? { patientSex: picture.female ? "F" : "M" } : {}),
      ...(knowsAge ? { patientAge: ageText(picture.age) } : {}),
      uids: { study: randomUid(random), series: randomUid(random), image: randomUid(random) },
    },
  };
}

/** Age as in DICOM: in months below two years. */
export function ageText(years: number): string {
  const [count, unit] = years < 2 ? [years * 12, "M"] : [years, "Y"];
  return `${String(Math.floor(count)).padStart(3, "0")}${unit}`;
}

function tablesOf(
  pictures: readonly Picture[],
  context: LayoutContext,
  form: VindrForm,
  readers: Readonly<Record<"train" | "test", number>>,
  spell: (name: string, split: "train" | "test") => string,
): TableFile[] {
  return (["train", "test"] as const).flatMap((part) => {
    const rows: Rows = { labels: [], boxes: [] };
    const numReaders = readers[part];
    for (const picture of pictures)
      if (split(picture) === part) addReadings(rows, picture, form, context, numReaders);
    const who = numReaders > 0 ? ["rad_id"] : [];
    const names = form.columns.map(([name]) => spell(name, part));
    const places = ["class_name", "x_min", "y_min", "x_max", "y_max"];
    return [
      {
        path: `annotations/image_labels_${part}.csv`,
        content: csvText(["image_id", ...who, ...names], rows.labels),
      },
      {
        path: `annotations/annotations_${part}.csv`,
        content: csvText(["image_id", ...who, ...places], rows.boxes),
      },
    ];
  });
}

const file: Layout["file"] = (picture, context) => ({
  path: `${split(picture)}/${imageId(picture, context)}.dicom`,
  encoding: encodingOf(picture, context),
});

/** VinDr-CXR: three readers of each training image, one consensus of each test image. */
export const vindrCxrLayout: Layout = {
  profile: vindrAdults,
  variants: [],
  file,
  tables: (pictures, context) =>
    tablesOf(
      pictures,
      context,
      { columns: adultColumns, classOf: adultClassOf },
      { train: 3, test: 0 },
      (name, part) => (name === "Other diseases" && part === "test" ? "Other disease" : name),
    ),
  split,
  findings: adultColumns.map(([, finding]) => finding),
  isPresent: isLabelled,
};

/** VinDr-PCXR: children, one reader an image. */
export const vindrPcxrLayout: Layout = {
  profile: vindrChildren,
  variants: [],
  file,
  tables: (pictures, context) =>
    tablesOf(
      pictures,
      context,
      { columns: childColumns, classOf: childClassOf },
      { train: 1, test: 0 },
      (name) => name,
    ),
  split,
  findings: childColumns.map(([, finding]) => finding),
  isPresent: isLabelled,
};
