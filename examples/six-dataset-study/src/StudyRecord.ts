import type { DatasetName } from "@cxrkit/datasets";
import type { RuntimeName } from "@cxrkit/runtime";
import type { PresetName } from "@cxrkit/vit";
import type { StudyProtocol } from "./protocols.js";

/** A synthetic collection that is drawn before the study begins. */
export interface Drawing {
  readonly images: number;
  /** Share of the patients in the test list. */
  readonly testFraction: number;
  /** Longer side of the images in pixels. */
  readonly imageSize: number;
  readonly seed: number;
}

/** A list of findings: what a model's outputs stand for, in order, or every finding that has both classes in training. */
export type FindingList = readonly string[] | "all";

/** A collection on disk. */
export interface StudyDataset {
  /** Name under which the study's files and tables know it. */
  readonly label: string;
  /** Which reader reads it. */
  readonly name: DatasetName;
  /** Its folder, in the original layout. */
  readonly root: string;
  /** Lists of findings by name; a comparison names one, and leaves out datasets that lack it. */
  readonly lists: Readonly<Record<string, FindingList>>;
  /**
   * Findings of the pretraining dataset that stand for this dataset's outputs, one by one, where the head is
   * transferred.
   */
  readonly pretrainingFindings?: readonly string[];
  /** Whether it is read for pretraining only and no model is tested on it. */
  readonly isSource?: boolean;
  /** Number of images before it is read, for the plan; unknown if left out. */
  readonly expected?: { readonly train: number; readonly test: number };
  /** How it is drawn if it is synthetic. */
  readonly drawing?: Drawing;
}

/** What is subtracted from pixels in [0, 1] and what divides them then: one number, or one a channel. */
export interface Normalisation {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}

/** Where the weights of a start come from. */
type StartWeights =
  /** Drawn at random. */
  | { readonly from: "random" }
  /** A file that `@cxrkit/weights` reads, under any names it knows. `{outputs}` in the path is the number of findings. */
  | { readonly from: "checkpoint"; readonly path: string }
  /** Supervised training on one of the study's datasets, by label, from another start, by name, or from random weights. */
  | { readonly from: "pretraining"; readonly on: string; readonly startingFrom?: string };

/** A way to begin a fine-tuning. */
export interface Start {
  readonly name: string;
  readonly weights: StartWeights;
  /** Architecture. Left out, it is read from the checkpoint's shapes. */
  readonly model?: PresetName;
  /** Side of the images in pixels, where it differs from the study's. */
  readonly imageSize?: number;
  /** What the weights were trained with; the protocol says whether it is applied. */
  readonly normalisation: Normalisation;
  /**
   * How the head begins: drawn as PyTorch draws a Linear (U(±1/√768)), as timm draws it (truncated normal, 0.02, bias 0),
   * or transferred with the weights, output by output.
   */
  readonly head: "pytorch" | "timm" | "transferred";
}

/** Starts that are compared with each other on one list of findings. */
export interface StudyComparison {
  readonly name: string;
  readonly starts: readonly string[];
  /** Name of the list, in {@link StudyDataset.lists}. */
  readonly list: string;
}

/** How weights are changed: AdamW and weighted binary cross-entropy. */
export interface Recipe {
  readonly epochs: number;
  readonly batchSize: number;
  /** Learning rate; the highest one of a `cosine`. */
  readonly learningRate: number;
  /** Whether the rate stays or is brought down to 0. */
  readonly schedule: "constant" | "cosine";
  /** Part of all steps in which the rate rises from 0; only with `cosine`. */
  readonly warmUp: number;
  readonly weightDecay: number;
  /** Largest global norm of the gradients; no clipping if left out. */
  readonly maxGradientNorm?: number;
  /** Rotations by up to this angle; flips always have probability 0.5. */
  readonly rotationDegrees: number;
  /** Largest part of the side by which an image is moved. */
  readonly shift: number;
}

/** One study: what is read, trained, compared, and under which folder it is kept. */
export interface Study {
  readonly title: string;
  /** Folder of all artefacts; of one protocol only. */
  readonly folder: string;
  readonly protocol: StudyProtocol;
  readonly datasets: readonly StudyDataset[];
  readonly starts: readonly Start[];
  readonly comparisons: readonly StudyComparison[];
  /** Side of the prepared images in pixels. */
  readonly imageSize: number;
  /** Part of the training patients that is kept for validation, where the protocol takes it from there. */
  readonly validationFraction: number;
  readonly pretraining: Recipe;
  readonly finetuning: Recipe;
  /** Bootstrap replicates of the comparisons. */
  readonly replicates: number;
  /** Findings with fewer positives in the test split are left out of a comparison. */
  readonly minimumPositives: number;
  /** Whether each model is tested on the other datasets too. */
  readonly crossDatasets: boolean;
  /** Whether every image file is decoded and looked at before images are prepared. */
  readonly checkFiles: boolean;
  readonly engine: RuntimeName | "auto";
  readonly seed: number;
  /** What a reader of the report must know before the numbers. */
  readonly notices: readonly string[];
  /** The command that a person types to get this study again. */
  readonly command: string;
}
