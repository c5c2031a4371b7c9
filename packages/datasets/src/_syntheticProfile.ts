import type { Finding } from "./findings.js";

/** How often a finding is in a collection, as shares of all its studies. */
export interface FindingRate {
  readonly finding: Finding;
  /** Share in which the finding is there. */
  readonly present: number;
  /** Share in which the source is not sure; half of these are drawn, faintly. */
  readonly uncertain?: number;
  /** Share in which the source says that it is not there, where saying nothing is possible too. */
  readonly absent?: number;
  /** Share in which it is slight: drawn faintly, and graded below what counts as present. */
  readonly mild?: number;
}

/** What the patients of a collection have, and how they are pictured. */
export interface Profile {
  /** Share of the studies without any finding. */
  readonly normal: number;
  readonly rates: readonly FindingRate[];
  /** Findings that are there whether the study is otherwise normal or not, as pacemakers. */
  readonly besides?: readonly FindingRate[];
  /** Frontal views with their shares. */
  readonly views: readonly (readonly [view: string, share: number])[];
  /** View from the side, and the share of the studies that have one where a patient has images enough. */
  readonly lateral?: readonly [view: string, share: number];
  /** Mean and standard deviation, least and greatest age in years. */
  readonly age: readonly [mean: number, deviation: number, least: number, greatest: number];
  readonly femaleShare: number;
  /** Width over height of the pictures. */
  readonly shapes: readonly number[];
  /** Most images of one patient; without it there is no limit. */
  readonly mostImages?: number;
}

/** Findings that come together more often than by chance. */
const groups: readonly (readonly Finding[])[] = [
  [
    "cardiomegaly",
    "edema",
    "congestion",
    "pleural_effusion",
    "pleural_effusion_right",
    "pleural_effusion_left",
  ],
  [
    "pneumonia",
    "consolidation",
    "infiltration",
    "lung_opacity",
    "pneumonic_infiltrates_right",
    "tuberculosis",
  ],
  ["emphysema", "copd", "copd_signs", "fibrosis", "interstitial_lung_disease", "pleural_thickening"],
  ["scoliosis", "kyphosis", "aortic_elongation", "aortic_enlargement", "hernia", "calcification"],
];

/** Number of the group that a finding is in, −1 for none. */
export function groupOf(finding: Finding): number {
  return groups.findIndex((group) => group.includes(finding));
}

const chronic: readonly Finding[] = [
  ...["cardiomegaly", "emphysema", "copd", "copd_signs", "fibrosis", "interstitial_lung_disease"],
  ...["pleural_thickening", "scoliosis", "kyphosis", "aortic_elongation", "aortic_enlargement", "hernia"],
  ...["calcification", "pacemaker"],
] as Finding[];

/** Whether a finding stays with a patient. */
export function isChronic(finding: Finding): boolean {
  return chronic.includes(finding);
}

/** Share of the studies without a finding when prevalences are balanced. */
const balancedNormal = 0.4;

/** The same findings with prevalences from which a small collection can be learned: none is rare. */
export function balanced(profile: Profile): Profile {
  const total = profile.rates.reduce((sum, { present }) => sum + Math.min(1, present), 0);
  const share = Math.min(0.22, Math.max(0.09, 1.6 / profile.rates.length));
  const even = (rate: FindingRate): FindingRate => ({
    ...rate,
    present: share,
    uncertain: Math.min(rate.uncertain ?? 0, 0.05),
    absent: Math.min(rate.absent ?? 0, 0.1),
    mild: Math.min(rate.mild ?? 0, 0.1),
  });
  return total === 0 ? profile : { ...profile, normal: balancedNormal, rates: profile.rates.map(even) };
}
