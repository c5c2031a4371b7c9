import type { DrawnSign } from "./_drawSigns.js";
import { groupOf, isChronic, type Profile } from "./_syntheticProfile.js";
import type { Finding } from "./findings.js";

/**
 * What the source says of a study: 1 present, 0 absent, −1 uncertain, 0.5 slight. What it does not speak of is not
 * in the map.
 */
export type StudyLabels = ReadonlyMap<Finding, 1 | 0 | -1 | 0.5>;

/** Uniform numbers for one study: of the study's own, or one that all studies of the patient share. */
export interface Uniforms {
  readonly own: () => number;
  /** Number of the patient under a key, always the same. */
  readonly patient: (key: number) => number;
}

/**
 * Draws the labels of a study. Each study that is not normal has one chief finding (where their shares add up to
 * that) and may have companions, more often those of the same group; the shares over all studies are those of the
 * profile exactly. Chronic findings tend to stay with the patient.
 */
export function drawLabels(profile: Profile, uniforms: Uniforms): StudyLabels {
  const { normal, rates } = profile;
  const { own, patient } = uniforms;
  const labels = new Map<Finding, 1 | 0 | -1 | 0.5>();
  const sometimes = (share: number, key: number) => (own() < share ? patient(key) : own());
  const isNormal = sometimes(0.8, 0) < normal;
  const shares = rates.map(({ present }) => present / (1 - normal));
  const total = Math.max(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  );
  const chief = pick(
    shares.map((share) => share / total),
    sometimes(0.75, 1),
  );
  rates.forEach(({ finding, uncertain = 0, absent = 0, mild = 0 }, i) => {
    const share = shares[i] as number;
    const companion = companionShare(profile, shares, total, chief, i);
    const chance = isChronic(finding) ? sometimes(0.85, 2 + i) : own();
    const further = own();
    if (!isNormal && (chief === i || chance < companion)) labels.set(finding, 1);
    else {
      const rest = (1 - normal) * (1 - share);
      if (!isNormal && further < uncertain / rest) labels.set(finding, -1);
      else if (!isNormal && further < (uncertain + mild) / rest) labels.set(finding, 0.5);
      else if (own() < absent / Math.max(1e-9, normal + rest - uncertain - mild)) labels.set(finding, 0);
    }
  });
  if (isNormal) labels.set("no_finding", 1);
  profile.besides?.forEach(({ finding, present, uncertain = 0, absent = 0 }, i) => {
    const chance = sometimes(0.5, 100 + i);
    if (chance < present) labels.set(finding, 1);
    else if (chance < present + uncertain) labels.set(finding, -1);
    else if (chance < present + uncertain + absent) labels.set(finding, 0);
  });
  return labels;
}

/** Index drawn with the given shares, −1 if none. */
function pick(shares: readonly number[], uniform: number): number {
  let rest = uniform;
  return shares.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
}

/** Share of the studies with another chief finding in which finding `i` comes with it. */
function companionShare(
  { rates }: Profile,
  shares: readonly number[],
  total: number,
  chief: number,
  i: number,
): number {
  const chiefShare = (shares[i] as number) / total;
  const mean = ((shares[i] as number) - chiefShare) / (1 - chiefShare);
  const group = groupOf((rates[i] as Profile["rates"][number]).finding);
  if (group === -1 || mean <= 0) return mean;
  const isOfGroup = (k: number) =>
    k !== -1 && groupOf((rates[k] as Profile["rates"][number]).finding) === group;
  const inGroup = shares.reduce((sum, share, k) => (k !== i && isOfGroup(k) ? sum + share / total : sum), 0);
  const groupShare = inGroup / (1 - chiefShare);
  const within = Math.min(0.95, 2.2 * mean, mean / Math.max(groupShare, 1e-9));
  return isOfGroup(chief) ? within : (mean - groupShare * within) / (1 - groupShare);
}

type Look = (side: "right" | "left", toss: number) => readonly DrawnSign[];

const sided =
  (
    sign:
      | "effusion"
      | "pneumothorax"
      | "infiltrate"
      | "consolidation"
      | "atelectasis"
      | "opacity"
      | "thickening",
  ): Look =>
  (side, toss) =>
    toss < 0.25 && sign !== "pneumothorax" ? [`${sign}_right`, `${sign}_left`] : [`${sign}_${side}`];

const noduleOrMass: Look = (_, toss) => [toss < 0.6 ? "nodule" : "mass"];

/** How each finding looks. Findings that are not here cannot be seen, or not told from others. */
const looks: Readonly<Partial<Record<Finding, Look>>> = {
  cardiomegaly: () => ["cardiomegaly"],
  pleural_effusion: sided("effusion"),
  pneumonia: sided("infiltrate"),
  infiltration: sided("infiltrate"),
  pneumonic_infiltrates: sided("infiltrate"),
  bronchopneumonia: () => ["infiltrate_right", "infiltrate_left"],
  pleuropneumonia: (side) => [`infiltrate_${side}`, `effusion_${side}`],
  tuberculosis: (side, toss) => ["cavity", ...(toss < 0.5 ? ([`infiltrate_${side}`] as const) : [])],
  atelectasis: sided("atelectasis"),
  consolidation: sided("consolidation"),
  pneumothorax: sided("pneumothorax"),
  pleural_thickening: sided("thickening"),
  pleural_other: sided("thickening"),
  lung_opacity: sided("opacity"),
  other_diseases: sided("opacity"),
  fibrosis: () => ["fibrosis"],
  interstitial_lung_disease: () => ["fibrosis"],
  emphysema: () => ["emphysema"],
  copd: () => ["emphysema"],
  copd_signs: () => ["emphysema"],
  bronchiolitis: () => ["emphysema", "bronchi"],
  bronchitis: () => ["bronchi"],
  hernia: () => ["hernia"],
  edema: () => ["edema"],
  congestion: () => ["congestion"],
  nodule: () => ["nodule"],
  mass: () => ["mass"],
  nodule_mass: noduleOrMass,
  lung_lesion: noduleOrMass,
  lung_tumor: () => ["mass"],
  lung_cavity: () => ["cavity"],
  calcification: () => ["calcification"],
  aortic_elongation: () => ["aorta"],
  aortic_enlargement: () => ["aorta"],
  enlarged_cardiomediastinum: () => ["aorta"],
  fracture: () => ["fracture"],
  rib_fracture: () => ["fracture"],
  scoliosis: () => ["scoliosis"],
  kyphosis: () => ["kyphosis"],
  pacemaker: () => ["pacemaker"],
  support_devices: () => ["devices"],
  pleural_effusion_right: () => ["effusion_right"],
  pleural_effusion_left: () => ["effusion_left"],
  pneumonic_infiltrates_right: () => ["infiltrate_right"],
  pneumonic_infiltrates_left: () => ["infiltrate_left"],
  lung_opacity_right: () => ["infiltrate_right"],
  lung_opacity_left: () => ["infiltrate_left"],
  atelectasis_right: () => ["atelectasis_right"],
  atelectasis_left: () => ["atelectasis_left"],
  pneumothorax_right: () => ["pneumothorax_right"],
  pneumothorax_left: () => ["pneumothorax_left"],
};

/** What is drawn for the labels of a study, and how strongly. */
export function signsOf(labels: StudyLabels, random: () => number): Map<DrawnSign, number> {
  const signs = new Map<DrawnSign, number>();
  for (const [finding, label] of labels) {
    const [side, toss, isThere] = [random() < 0.5 ? "right" : "left", random(), random() < 0.5] as const;
    const doubtful = label === -1 ? (isThere ? 0.35 : 0) : 0.3;
    const strength = label === 1 ? 0.8 + 0.2 * random() : label === 0 ? 0 : doubtful;
    if (strength === 0) continue;
    for (const sign of looks[finding]?.(side, toss) ?? [])
      signs.set(sign, Math.max(strength, signs.get(sign) ?? 0));
  }
  return signs;
}

/** The findings that a sign is drawn for, among those that a study has. */
export function findingsOfSign(sign: DrawnSign, labels: StudyLabels): Finding[] {
  return [...labels.keys()].filter((finding) => {
    if (labels.get(finding) !== 1) return false;
    const both = (["right", "left"] as const).flatMap((side) =>
      [0.1, 0.55, 0.9].flatMap((toss) => looks[finding]?.(side, toss) ?? []),
    );
    return both.includes(sign);
  });
}
