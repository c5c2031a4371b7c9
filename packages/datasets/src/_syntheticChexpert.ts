import { chexpertColumns, chexpertFindings } from "./_chexpertLabels.js";
import type { Picture } from "./_syntheticCases.js";
import { csvText, isLabelled, type Layout, type LayoutContext } from "./_syntheticLayout.js";
import type { Profile } from "./_syntheticProfile.js";

/** Shares of the 223,414 rows of train.csv, counted from the label file. */
const profile: Profile = {
  normal: 0.1002,
  rates: [
    { finding: "enlarged_cardiomediastinum", present: 0.0483, uncertain: 0.0555, absent: 0.0969 },
    { finding: "cardiomegaly", present: 0.1209, uncertain: 0.0362, absent: 0.0498 },
    { finding: "lung_opacity", present: 0.4726, uncertain: 0.0251, absent: 0.0295 },
    { finding: "lung_lesion", present: 0.0411, uncertain: 0.0067, absent: 0.0057 },
    { finding: "edema", present: 0.2339, uncertain: 0.0581, absent: 0.0928 },
    { finding: "consolidation", present: 0.0662, uncertain: 0.1242, absent: 0.1258 },
    { finding: "pneumonia", present: 0.027, uncertain: 0.084, absent: 0.0125 },
    { finding: "atelectasis", present: 0.1494, uncertain: 0.151, absent: 0.0059 },
    { finding: "pneumothorax", present: 0.087, uncertain: 0.0141, absent: 0.2522 },
    { finding: "pleural_effusion", present: 0.3858, uncertain: 0.052, absent: 0.1584 },
    { finding: "pleural_other", present: 0.0158, uncertain: 0.0119, absent: 0.0014 },
    { finding: "fracture", present: 0.0405, uncertain: 0.0029, absent: 0.0112 },
  ],
  besides: [{ finding: "support_devices", present: 0.5192, uncertain: 0.0048, absent: 0.0275 }],
  views: [
    ["AP", 0.846],
    ["PA", 0.154],
  ],
  lateral: ["Lateral", 0.3],
  age: [60, 17.8, 18, 90],
  femaleShare: 0.406,
  shapes: [390 / 320, 320 / 390, 0.84, 1.2],
};

const folder = (variant: string) => (variant === "small" ? "CheXpert-v1.0-small" : "CheXpert-v1.0");
const split = ({ isHeldOut }: Picture) => (isHeldOut ? "valid" : "train");

function pathOf(picture: Picture, { variant }: LayoutContext): string {
  const patient = `patient${String(picture.patient + (picture.isHeldOut ? 64541 : 1)).padStart(5, "0")}`;
  const view = `view${picture.inStudy + 1}_${picture.isLateral ? "lateral" : "frontal"}.jpg`;
  return `${folder(variant)}/${split(picture)}/${patient}/study${picture.study + 1}/${view}`;
}

/** A label as the labeller writes it. */
export function labelText(value: number | undefined): string {
  return value === undefined || value === 0.5 ? "" : value.toFixed(1);
}

/** CheXpert: `valid.csv` was read by people, who say of every finding whether it is there. */
function rowOf(picture: Picture, context: LayoutContext): (string | number)[] {
  const isFrontal = !picture.isLateral;
  const label = (value: number | undefined) =>
    picture.isHeldOut ? labelText(value === 1 ? 1 : 0) : labelText(value);
  return [
    pathOf(picture, context),
    picture.female ? "Female" : "Male",
    Math.floor(picture.age),
    isFrontal ? "Frontal" : "Lateral",
    isFrontal ? picture.view : "",
    ...chexpertFindings.map((finding) => label(picture.labels.get(finding))),
  ];
}

/** CheXpert, in full size or as the small copy. */
export const chexpertLayout: Layout = {
  profile,
  variants: ["full", "small"],
  file: (picture, context) => ({
    path: pathOf(picture, context),
    encoding: { kind: "jpeg", quality: context.variant === "small" ? 90 : 95 },
  }),
  tables: (pictures, context) => {
    const header = [
      "Path",
      "Sex",
      "Age",
      "Frontal/Lateral",
      "AP/PA",
      ...chexpertColumns.map(([name]) => name),
    ];
    return (["train", "valid"] as const).map((part) => ({
      path: `${folder(context.variant)}/${part}.csv`,
      content: csvText(
        header,
        pictures.filter((picture) => split(picture) === part).map((picture) => rowOf(picture, context)),
      ),
    }));
  },
  split,
  findings: chexpertFindings,
  isPresent: isLabelled,
};
