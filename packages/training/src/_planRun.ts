import type { Precision, Runtime } from "@cxrkit/runtime";
import { requireAtLeast, requireBelowOne, requireInteger, requirePositive } from "./_check.js";
import { checkedChoice } from "./_checkedChoice.js";
import { checkedOptimizer } from "./_checkedOptimizer.js";
import type { Every } from "./_every.js";
import type { Loss } from "./_loss.js";
import { checkedLossScaling, type LossScaling } from "./_lossScale.js";
import type { Objective } from "./_objective.js";
import { resolveNames } from "./_resolveNames.js";
import type { BatchSource } from "./BatchSource.js";
import { constantSchedule } from "./constantSchedule.js";
import type { Matrix } from "./FitOptions.js";
import type { RunOptions } from "./RunOptions.js";
import type { Schedule } from "./Schedule.js";
import type { TensorFile } from "./TensorFile.js";
import type { TrainableModel } from "./TrainableModel.js";

/** What the loop itself needs to know of a model. */
export type RunModel = Pick<TrainableModel, "parameters" | "imageShape" | "imageDType">;

/** How the validation images are scored. */
export interface Scoring {
  readonly model: TrainableModel;
  readonly source: BatchSource;
  readonly loss: Loss;
  readonly positiveWeights: Float32Array;
  readonly validate: ((labels: Matrix, scores: Matrix) => number) | undefined;
  /** Looks at the labels and the score of a validation. */
  readonly watch?: ((labels: Float32Array, score: number) => void) | undefined;
}

/** When the validation images are scored, and what follows from it. */
export interface Monitoring {
  readonly validateEvery: Every;
  readonly monitor: "score" | "loss" | undefined;
  readonly patience: number;
  readonly minDelta: number;
}

/** A run with every option checked and filled in. */
export interface RunPlan extends Monitoring {
  /** Function that the caller called, for messages. */
  readonly caller: string;
  readonly model: RunModel;
  readonly train: BatchSource;
  readonly objective: Objective;
  /** Undefined without validation images. */
  readonly scoring: Scoring | undefined;
  readonly runtime: Runtime;
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly optimizer: "adamw" | "adam" | "sgd";
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly spared: ReadonlySet<string>;
  /** Parameters that are trained, from the beginning or later. */
  readonly trainable: readonly string[];
  /** Number of updates before which a parameter is not trained yet; 0 for those that are not named. */
  readonly joins: ReadonlyMap<string, number>;
  readonly learningRateScale: ReadonlyMap<string, number>;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly maxGradientValue: number | undefined;
  readonly maxGradientNorm: number | undefined;
  readonly ema: { readonly decay: number; readonly warmUp: boolean } | undefined;
  readonly onNonFinite: "stop" | "skip";
  readonly precision: Precision;
  /** Undefined when the loss is not scaled. */
  readonly lossScaling: LossScaling | undefined;
  readonly folder: RunFolder | undefined;
  readonly seed: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/** Where a run keeps its files. */
export interface RunFolder {
  readonly path: string;
  readonly tensorFile: TensorFile;
  readonly keep: number;
  readonly keepBest: number;
}

/** What a run is of, besides its options. */
export interface RunSubject extends Monitoring {
  readonly caller: string;
  readonly model: RunModel;
  readonly train: BatchSource;
  readonly objective: Objective;
  readonly scoring: Scoring | undefined;
  readonly keepBest: number;
}

const precisions: readonly Precision[] = ["float32", "float16", "bfloat16"];

/** Checks the options that every run has and fills them in. */
export function planRun({ keepBest, ...subject }: RunSubject, options: RunOptions): RunPlan {
  const { caller, model, train } = subject;
  const { maxGradientNorm, maxGradientValue, learningRate, batchSize, accumulate = 1 } = options;
  requireInteger(caller, "accumulate", accumulate, 1);
  if (batchSize > train.numImages)
    throw new RangeError(
      `${caller}: batchSize must be at most the number of training images, ${train.numImages}, got ${batchSize}`,
    );
  if (maxGradientValue !== undefined) requirePositive(caller, "maxGradientValue", maxGradientValue);
  if (maxGradientNorm !== undefined) requirePositive(caller, "maxGradientNorm", maxGradientNorm);
  if (options.seed !== undefined) requireInteger(caller, "seed", options.seed, 0);
  if (typeof learningRate === "number") requireAtLeast(caller, "learningRate", learningRate, 0);
  return {
    ...subject,
    runtime: options.runtime,
    ...checkedLength(caller, options),
    batchSize,
    accumulate,
    ...checkedOptimizer(caller, options),
    schedule: typeof learningRate === "number" ? constantSchedule(learningRate) : learningRate,
    ...resolveNames(caller, model, options, stepsOfEpoch(train, batchSize, accumulate)),
    maxGradientValue,
    maxGradientNorm,
    ema: checkedAverage(caller, options),
    onNonFinite: checkedChoice(caller, "onNonFinite", options.onNonFinite ?? "stop", ["stop", "skip"]),
    precision: checkedChoice(caller, "precision", options.precision ?? "float32", precisions),
    lossScaling: checkedLossScaling(caller, options),
    folder: checkedFolder(caller, options, keepBest),
    seed: options.seed,
    signal: options.signal,
    now: options.now ?? (() => performance.now()),
  };
}

/** Number of updates of an epoch, if every batch but the last is full. */
export function stepsOfEpoch({ numImages }: BatchSource, batchSize: number, accumulate: number): number {
  return Math.ceil(Math.ceil(numImages / batchSize) / accumulate);
}

function checkedLength(caller: string, { epochs, steps }: RunOptions): Pick<RunPlan, "epochs" | "steps"> {
  if (epochs === undefined && steps === undefined)
    throw new RangeError(`${caller}: epochs or steps must be given, got neither`);
  if (epochs !== undefined) requireInteger(caller, "epochs", epochs, 1);
  if (steps !== undefined) requireInteger(caller, "steps", steps, 1);
  return { epochs: epochs ?? Number.POSITIVE_INFINITY, steps: steps ?? Number.POSITIVE_INFINITY };
}

function checkedAverage(caller: string, { ema }: RunOptions): RunPlan["ema"] {
  if (ema === undefined) return undefined;
  requireBelowOne(caller, "ema.decay", ema.decay);
  return { decay: ema.decay, warmUp: ema.warmUp ?? false };
}

function checkedFolder(
  caller: string,
  { folder, tensorFile, keep = 2 }: RunOptions,
  keepBest: number,
): RunPlan["folder"] {
  requireInteger(caller, "keep", keep, 1);
  requireInteger(caller, "keepBest", keepBest, 1);
  if (folder === undefined) return undefined;
  if (tensorFile === undefined)
    throw new RangeError(
      `${caller}: tensorFile must be given when folder is, got undefined; it says how checkpoints are written and read`,
    );
  return { path: folder, tensorFile, keep, keepBest };
}
