import { gzipSync } from "node:zlib";
import { sizeOf } from "./_drawPicture.js";
import { padchestFindings } from "./_padchestLabels.js";
import type { Picture } from "./_syntheticCases.js";
import {
  csvText,
  dateText,
  dayOfStudy,
  detailStream,
  isLabelled,
  type Layout,
  type LayoutContext,
  patientStream,
  studyStream,
} from "./_syntheticLayout.js";
import { padchestProfile } from "./_syntheticPadchestRates.js";
import type { Finding } from "./findings.js";

/** Words of the reports for each finding; one is chosen. */
const words: readonly (readonly [Finding, readonly string[]])[] = [
  ["cardiomegaly", ["cardiomegaly"]],
  ["pleural_effusion", ["pleural effusion", "pleural effusion", "loculated pleural effusion"]],
  ["pneumonia", ["pneumonia", "pneumonia", "atypical pneumonia"]],
  ["atelectasis", ["atelectasis", "laminar atelectasis", "laminar atelectasis", "segmental atelectasis"]],
  ["consolidation", ["consolidation"]],
  ["pneumothorax", ["pneumothorax"]],
  ["emphysema", ["emphysema"]],
  ["hernia", ["hiatal hernia"]],
  ["scoliosis", ["scoliosis"]],
  ["congestion", ["congestion", "hilar congestion"]],
  ["aortic_elongation", ["aortic elongation", "supra aortic elongation", "descendent aortic elongation"]],
  ["kyphosis", ["kyphosis"]],
  ["copd_signs", ["COPD signs"]],
  ["pleural_thickening", ["pleural thickening", "apical pleural thickening"]],
  ["nodule_mass", ["nodule", "multiple nodules", "pulmonary mass"]],
  ["infiltration", ["infiltrates"]],
  ["fibrosis", ["pulmonary fibrosis"]],
  ["lung_cavity", ["cavitation"]],
  ["pacemaker", ["pacemaker"]],
];
const numFolders = 55;

const header = [
  ...[
    "",
    "ImageID",
    "ImageDir",
    "StudyDate_DICOM",
    "StudyID",
    "PatientID",
    "PatientBirth",
    "PatientSex_DICOM",
  ],
  ...[
    "ViewPosition_DICOM",
    "Projection",
    "MethodProjection",
    "Pediatric",
    "Modality_DICOM",
    "Manufacturer_DICOM",
  ],
  ...["PhotometricInterpretation_DICOM", "PixelRepresentation_DICOM", "PixelAspectRatio_DICOM"],
  ...["SpatialResolution_DICOM", "BitsStored_DICOM", "WindowCenter_DICOM", "WindowWidth_DICOM", "Rows_DICOM"],
  ...["Columns_DICOM", "XRayTubeCurrent_DICOM", "Exposure_DICOM", "ExposureInuAs_DICOM", "ExposureTime"],
  ...["RelativeXRayExposure_DICOM", "ReportID", "Report", "MethodLabel", "Labels", "Localizations"],
  ...["LabelsLocalizationsBySentence", "labelCUIS", "LocalizationsCUIS"],
];

function digits(random: () => number, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 10)).join("");
}

/** Names as the source makes them: a study's long number, then which picture of it. */
function idsOf(picture: Picture, context: LayoutContext) {
  const study = `2168401113660${digits(studyStream(picture, context, 1), 26)}`;
  const image = `${study}_${digits(detailStream(picture, context, 2), 2)}-${digits(detailStream(picture, context, 3), 3)}-${String(100 + picture.inStudy)}.png`;
  const patient = `${digits(patientStream(picture, context, 4), 30)}${picture.patient}`;
  return { study, image, patient, folder: Math.floor(detailStream(picture, context, 5)() * numFolders) };
}

/** A list as Python prints it. */
const pythonList = (items: readonly string[]) => `[${items.map((item) => `'${item}'`).join(", ")}]`;

/** The words of a study's report; a word may come with a space before it, as in the source. */
function tokensOf(picture: Picture, context: LayoutContext): string[] {
  const random = studyStream(picture, context, 6);
  const tokens = words.flatMap(([finding, choices]) => {
    const word = choices[Math.floor(random() * choices.length)] as string;
    return isLabelled(picture, finding) ? [word] : [];
  });
  if (isLabelled(picture, "no_finding")) return ["normal"];
  if (random() < 0.15) tokens.push("unchanged");
  if (tokens.length === 0 || random() < 0.2) tokens.push("vertebral degenerative changes");
  return tokens.map((token, i) => (i > 0 && random() < 0.05 ? ` ${token}` : token));
}

function rowOf(picture: Picture, row: number, context: LayoutContext): (string | number)[] {
  const { study, image, patient, folder } = idsOf(picture, context);
  const random = studyStream(picture, context, 7);
  const [width, height] = sizeOf(picture, context.imageSize);
  const day = dayOfStudy(picture, context, 2009);
  const tokens = tokensOf(picture, context);
  const isRead = random() < 0.27;
  const exposure = 1 + Math.floor(random() * 12);
  const position = picture.isLateral
    ? "LATERAL"
    : picture.view === "PA"
      ? "POSTEROANTERIOR"
      : "ANTEROPOSTERIOR";
  const year = Number(dateText(day).slice(0, 4)) - Math.floor(picture.age);
  const cuis = tokens.map((_, i) => `C${String(32_000 + i * 777).padStart(7, "0")}`);
  return [
    ...[row, image, folder, dateText(day), study, patient, `${year}.0`, picture.female ? "F" : "M"],
    ...[
      position,
      picture.view,
      "Manual review of DICOM fields",
      "No",
      random() < 0.5 ? "CR" : "DX",
      "cxrkit",
    ],
    ...["MONOCHROME2", 0, "", 0.168, 16, 32767, 65535, height, width, 200, exposure, exposure * 1000, 10, ""],
    ...[1_000_000 + row, "dibujado sin paciente .", isRead ? "Physician" : "RNN_model", pythonList(tokens)],
    ...["['loc basal']", `[[${tokens.map((token) => `'${token}'`).join(", ")}, 'loc basal']]`],
    ...[pythonList(cuis), "['C0225704']"],
  ];
}

/** PadChest. */
export const padchestLayout: Layout = {
  profile: padchestProfile,
  variants: [],
  file: (picture, context) => {
    const { folder, image } = idsOf(picture, context);
    return { path: `${folder}/${image}`, encoding: { kind: "png", bits: 16 } };
  },
  tables: (pictures, context) => [
    {
      path: "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz",
      content: gzipSync(
        csvText(
          header,
          pictures.map((picture, row) => rowOf(picture, row, context)),
        ),
      ),
    },
  ],
  split: () => "train",
  findings: padchestFindings,
  isPresent: isLabelled,
};
