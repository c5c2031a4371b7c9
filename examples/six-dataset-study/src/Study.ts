import type { DatasetName } from "@cxrkit/datasets";
import type { RuntimeName } from "@cxrkit/runtime";
import type { PresetName } from "@cxrkit/vit";

/** A collection on disk. */
export interface StudyDataset {
  /** Name under which the study's files and tables know it. */
  readonly label: string;
  /** Which reader reads it. */
  readonly name: DatasetName;
  /** Its folder, in the original layout. */
  readonly root: string;
}

/** Where the weights of a fine-tuning come from. */
export type Start =
  /** Drawn at random. */
  | { readonly name: string; readonly from: "random" }
  /** Supervised pretraining on the study's `source` dataset. */
  | { readonly name: string; readonly from: "pretraining" }
  /** A file that `@cxrkit/weights` reads, under any names it knows. */
  | { readonly name: string; readonly from: "checkpoint"; readonly path: string };

/** How weights are changed. */
export interface Recipe {
  readonly epochs: number;
  readonly batchSize: number;
  /** Highest learning rate; a cosine brings it down to 0. */
  readonly learningRate: number;
  /** Part of all steps in which the rate rises from 0. */
  readonly warmUp: number;
  readonly weightDecay: number;
  /** Horizontal flips with probability 0.5 and rotations by up to this angle. */
  readonly rotationDegrees: number;
  /** Largest part of the side by which an image is moved. */
  readonly shift: number;
}

/** One study: what is read, trained, compared, and under which folder it is kept. */
export interface Study {
  readonly title: string;
  /** Folder of all artefacts. */
  readonly folder: string;
  readonly target: StudyDataset;
  /** Needed by starts `from: "pretraining"`. */
  readonly source?: StudyDataset;
  readonly starts: readonly Start[];
  readonly preset: PresetName;
  /** Side of the prepared images in pixels. */
  readonly imageSize: number;
  /** Part of the training patients that is kept for validation. */
  readonly validationFraction: number;
  readonly pretraining: Recipe;
  readonly finetuning: Recipe;
  /** Bootstrap replicates of the comparison. */
  readonly replicates: number;
  /** Findings with fewer positives in the test split are left out of the comparison. */
  readonly minimumPositives: number;
  readonly engine: RuntimeName | "auto";
  readonly seed: number;
  /** What a reader of the report must know before the numbers. */
  readonly notices: readonly string[];
  /** The command that a person types to get this study again. */
  readonly command: string;
}
