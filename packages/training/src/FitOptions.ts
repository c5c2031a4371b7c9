import type { Runtime } from "@cxrkit/runtime";
import type { EpochRecord, StepRecord } from "./FitResult.js";
import type { Schedule } from "./Schedule.js";
import type { TensorFile } from "./TensorFile.js";

/** A matrix in row-major order; rows are images, columns are findings. */
export interface Matrix {
  /** Elements, `rows · columns` of them. */
  readonly data: ArrayLike<number>;
  /** Number of images. */
  readonly rows: number;
  /** Number of findings. */
  readonly columns: number;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** Engine that runs the steps; it stays open. */
  readonly runtime: Runtime;
  /** Number of passes over the training images, an integer of at least 1. A run may be gone on with under a higher number. */
  readonly epochs: number;
  /** Number of images of one update, an integer of at least 1. The last batch of an epoch may be shorter. */
  readonly batchSize: number;
  /** Learning rate, or a schedule of it. */
  readonly learningRate: number | Schedule;
  /** Decoupled weight decay, at least 0. @defaultValue `0` */
  readonly weightDecay?: number;
  /** Which parameters are not decayed. @defaultValue {@link sparedFromDecay} */
  readonly spared?: (name: string, shape: readonly number[]) => boolean;
  /** Decay rates of the two moments of AdamW, each in [0, 1). @defaultValue `[0.9, 0.999]` */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, above 0. @defaultValue `1e-8` */
  readonly epsilon?: number;
  /** Weight of the positive labels of each finding, `[K]`, each above 0. @defaultValue all 1 */
  readonly positiveWeights?: ArrayLike<number>;
  /** Largest global norm of the gradients, above 0. @defaultValue no clipping */
  readonly maxGradientNorm?: number;
  /**
   * Score of the validation images, higher is better, such as a macro AUROC. Labels are 1, 0 or NaN (ignored); scores
   * are probabilities.
   */
  readonly validate?: (labels: Matrix, scores: Matrix) => number;
  /** What makes an epoch the best: highest validation score or lowest validation loss. @defaultValue `"score"` with `validate`, else `"loss"` */
  readonly monitor?: "score" | "loss";
  /** Folder of the run; needs `tensorFile`. Without it nothing is written. */
  readonly folder?: string;
  /** How checkpoints are written and read. */
  readonly tensorFile?: TensorFile;
  /** Number of newest checkpoints kept in the folder, an integer of at least 1. @defaultValue `2` */
  readonly keep?: number;
  /** Seed of the order of the training images. It is recorded, and a run is not gone on with under another one. */
  readonly seed?: number;
  /** Ends the run before the next step; the last checkpoint stays as it is. */
  readonly signal?: AbortSignal;
  /** Called after each update. */
  readonly onStep?: (record: StepRecord) => void;
  /** Called after each epoch, when its checkpoint is safe. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Called with one line for each thing that a person should know and that does not end the run. */
  readonly onWarning?: (message: string) => void;
  /** Clock in milliseconds, for rates and times left. @defaultValue `performance.now` */
  readonly now?: () => number;
}
