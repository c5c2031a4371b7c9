import type { VitConfig } from "@cxrkit/vit";

/** Scores of the validation images near one another, and how many of these images had the finding. */
interface CalibrationBin {
  /** Mean score of the images. */
  readonly score: number;
  /** Share of them that had the finding. */
  readonly share: number;
  /** How many they are. */
  readonly count: number;
}

/** One output of the network. */
export interface DescribedFinding {
  readonly finding: string;
  /** Area under the ROC curve over drawn test images. */
  readonly testArea: number;
  /** By ascending score. */
  readonly calibration: readonly CalibrationBin[];
}

/** What stands beside the weights: `public/model/tiny.json`. */
export interface ModelDescription {
  readonly trainedOn: string;
  readonly config: VitConfig;
  /** Grey values in [0, 1] are brought to (value − mean) / spread. */
  readonly mean: number;
  readonly spread: number;
  readonly findings: readonly DescribedFinding[];
}
