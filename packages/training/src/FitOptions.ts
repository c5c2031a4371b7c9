import type { FitLoss } from "./FitLoss.js";
import type { ValidationRecord } from "./FitResult.js";
import type { EveryEpochs, EverySteps, RunOptions } from "./RunOptions.js";

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
export interface FitOptions extends RunOptions {
  /** What is made small. @defaultValue {@link weightedBinaryCrossEntropy} */
  readonly loss?: FitLoss;
  /** Weight of the positive labels of each finding, `[K]`, each above 0. @defaultValue all 1 */
  readonly positiveWeights?: ArrayLike<number>;
  /**
   * Score of the validation images, higher is better, such as a macro AUROC. Labels are 1, 0 or NaN (ignored); scores
   * are probabilities.
   */
  readonly validate?: (labels: Matrix, scores: Matrix) => number;
  /**
   * When the validation images are scored, besides at the end: every so many epochs or every so many updates, one of the
   * two. Needs validation images. @defaultValue `{ epochs: 1 }`
   */
  readonly validateEvery?: EveryEpochs | EverySteps;
  /** Number of validations in succession without improvement after which the run ends, an integer of at least 1. @defaultValue no such end */
  readonly patience?: number;
  /** How much better a validation must be to be an improvement for `patience`, without which it means nothing; at least 0. @defaultValue `0` */
  readonly minDelta?: number;
  /** What makes an epoch the best: highest validation score or lowest validation loss. @defaultValue `"score"` with `validate`, else `"loss"` */
  readonly monitor?: "score" | "loss";
  /**
   * Number of validations whose parameters are kept in the folder, the best ones; an integer of at least 1. Above 1, which needs validation images,
   * there are, beside `best.safetensors`, files such as `best-00000120.safetensors` named by the update.
   * @defaultValue `1`
   */
  readonly keepBest?: number;
  /** Called after each validation, before its checkpoint is written. */
  readonly onValidation?: (record: ValidationRecord) => void;
}
