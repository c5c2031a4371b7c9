import type { Runtime } from "@cxrkit/runtime";
import { requireAtLeast, requireBelowOne, requireInteger, requirePositive } from "./_check.js";
import { type Loss, lossOf } from "./_loss.js";
import { requireModel, requireSource } from "./_requireModel.js";
import { resolveNames } from "./_resolveNames.js";
import type { BatchSource } from "./BatchSource.js";
import { constantSchedule } from "./constantSchedule.js";
import type { FitData } from "./FitData.js";
import type { FitOptions, Matrix } from "./FitOptions.js";
import type { Schedule } from "./Schedule.js";
import type { TensorFile } from "./TensorFile.js";
import type { TrainableModel } from "./TrainableModel.js";

/** A run with every option checked and filled in. */
export interface RunPlan {
  readonly model: TrainableModel;
  readonly train: BatchSource;
  readonly validation: BatchSource | undefined;
  readonly runtime: Runtime;
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly optimizer: "adamw" | "adam" | "sgd";
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly spared: ReadonlySet<string>;
  readonly trainable: readonly string[];
  readonly learningRateScale: ReadonlyMap<string, number>;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly loss: Loss;
  readonly positiveWeights: Float32Array;
  readonly maxGradientValue: number | undefined;
  readonly maxGradientNorm: number | undefined;
  readonly ema: { readonly decay: number; readonly warmUp: boolean } | undefined;
  readonly onNonFinite: "stop" | "skip";
  readonly validate: ((labels: Matrix, scores: Matrix) => number) | undefined;
  readonly validateEvery: { readonly epochs: number } | { readonly steps: number };
  readonly monitor: "score" | "loss" | undefined;
  readonly patience: number;
  readonly minDelta: number;
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

/** Checks everything that can be checked before the first step. */
export function planRun(model: TrainableModel, { train, validation }: FitData, options: FitOptions): RunPlan {
  requireModel("fit", model);
  requireSource("fit", "train", train, model.numClasses);
  if (validation !== undefined) requireValidation(train, validation, model.numClasses);
  const { maxGradientNorm, maxGradientValue, learningRate, accumulate = 1, minDelta = 0 } = options;
  requireInteger("fit", "batchSize", options.batchSize, 1);
  requireInteger("fit", "accumulate", accumulate, 1);
  if (maxGradientValue !== undefined) requirePositive("fit", "maxGradientValue", maxGradientValue);
  if (maxGradientNorm !== undefined) requirePositive("fit", "maxGradientNorm", maxGradientNorm);
  if (typeof learningRate === "number") requireAtLeast("fit", "learningRate", learningRate, 0);
  requireAtLeast("fit", "minDelta", minDelta, 0);
  return {
    model,
    train,
    validation,
    runtime: options.runtime,
    ...checkedLength(options),
    batchSize: options.batchSize,
    accumulate,
    ...checkedOptimizer(options),
    schedule: typeof learningRate === "number" ? constantSchedule(learningRate) : learningRate,
    ...resolveNames(model, options),
    loss: lossOf(options.loss),
    positiveWeights: checkedWeights(options.positiveWeights, train.findings),
    maxGradientValue,
    maxGradientNorm,
    ema: checkedAverage(options),
    onNonFinite: checkedChoice("onNonFinite", options.onNonFinite ?? "stop", ["stop", "skip"]),
    validate: options.validate,
    ...checkedMonitor(options, validation !== undefined),
    minDelta,
    folder: checkedFolder(options),
    seed: options.seed,
    signal: options.signal,
    now: options.now ?? (() => performance.now()),
  };
}

function requireValidation(train: BatchSource, validation: BatchSource, numClasses: number): void {
  requireSource("fit", "validation", validation, numClasses);
  for (const [column, finding] of train.findings.entries()) {
    if (validation.findings[column] !== finding)
      throw new RangeError(
        `fit: validation.findings[${column}] must be ${finding} as in train, got ${validation.findings[column]}`,
      );
  }
}

function checkedLength({ epochs, steps }: FitOptions): Pick<RunPlan, "epochs" | "steps"> {
  if (epochs === undefined && steps === undefined)
    throw new RangeError("fit: epochs or steps must be given, got neither");
  if (epochs !== undefined) requireInteger("fit", "epochs", epochs, 1);
  if (steps !== undefined) requireInteger("fit", "steps", steps, 1);
  return { epochs: epochs ?? Number.POSITIVE_INFINITY, steps: steps ?? Number.POSITIVE_INFINITY };
}

type OptimizerPlan = Pick<
  RunPlan,
  "optimizer" | "weightDecay" | "betas" | "epsilon" | "momentum" | "nesterov"
>;

function checkedOptimizer(options: FitOptions): OptimizerPlan {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, momentum = 0, nesterov = false } = options;
  const optimizer = checkedChoice("optimizer", options.optimizer ?? "adamw", ["adamw", "adam", "sgd"]);
  requireAtLeast("fit", "weightDecay", weightDecay, 0);
  requireBelowOne("fit", "betas[0]", betas[0]);
  requireBelowOne("fit", "betas[1]", betas[1]);
  requirePositive("fit", "epsilon", epsilon);
  requireBelowOne("fit", "momentum", momentum);
  if (optimizer !== "sgd" && (momentum !== 0 || nesterov))
    throw new RangeError(`fit: optimizer must be "sgd" when momentum or nesterov is given, got ${optimizer}`);
  if (nesterov && momentum === 0)
    throw new RangeError("fit: momentum must be above 0 when nesterov is true, got 0");
  return { optimizer, weightDecay, betas, epsilon, momentum, nesterov };
}

function checkedChoice<T extends string>(subject: string, value: T, choices: readonly T[]): T {
  if (!choices.includes(value))
    throw new RangeError(`fit: ${subject} must be one of ${choices.join(", ")}, got ${value}`);
  return value;
}

function checkedAverage({ ema }: FitOptions): RunPlan["ema"] {
  if (ema === undefined) return undefined;
  requireBelowOne("fit", "ema.decay", ema.decay);
  return { decay: ema.decay, warmUp: ema.warmUp ?? false };
}

function checkedWeights(weights: ArrayLike<number> | undefined, findings: readonly string[]): Float32Array {
  if (weights === undefined) return new Float32Array(findings.length).fill(1);
  if (weights.length !== findings.length)
    throw new RangeError(
      `fit: positiveWeights must hold ${findings.length} numbers, one a finding, got ${weights.length}`,
    );
  const checked = Float32Array.from(weights);
  for (const [column, weight] of checked.entries())
    requirePositive("fit", `positiveWeights[${column}] (${findings[column]})`, weight);
  return checked;
}

function checkedMonitor(
  { validate, monitor, patience, validateEvery = { epochs: 1 } }: FitOptions,
  hasValidation: boolean,
): Pick<RunPlan, "monitor" | "patience" | "validateEvery"> {
  const [unit, length] = Object.entries(validateEvery)[0] as [string, number];
  requireInteger("fit", `validateEvery.${unit}`, length, 1);
  if (patience !== undefined) requireInteger("fit", "patience", patience, 1);
  const known = { patience: patience ?? Number.POSITIVE_INFINITY, validateEvery };
  if (!hasValidation) {
    if (validate !== undefined || monitor !== undefined)
      throw new RangeError("fit: validation must be given when validate or monitor is, got undefined");
    if (patience !== undefined)
      throw new RangeError("fit: validation must be given when patience is, got undefined");
    return { ...known, monitor: undefined };
  }
  if (monitor === "score" && validate === undefined)
    throw new RangeError('fit: validate must be given when monitor is "score", got undefined');
  return { ...known, monitor: monitor ?? (validate === undefined ? "loss" : "score") };
}

function checkedFolder({ folder, tensorFile, keep = 2, keepBest = 1 }: FitOptions): RunPlan["folder"] {
  requireInteger("fit", "keep", keep, 1);
  requireInteger("fit", "keepBest", keepBest, 1);
  if (folder === undefined) return undefined;
  if (tensorFile === undefined)
    throw new RangeError(
      "fit: tensorFile must be given when folder is, got undefined; it says how checkpoints are written and read",
    );
  return { path: folder, tensorFile, keep, keepBest };
}
