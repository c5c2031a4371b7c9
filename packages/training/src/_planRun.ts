import type { Runtime } from "@cxrkit/runtime";
import { requireAtLeast, requireBelowOne, requireInteger, requirePositive } from "./_check.js";
import { requireModel, requireSource } from "./_requireModel.js";
import type { BatchSource } from "./BatchSource.js";
import { constantSchedule } from "./constantSchedule.js";
import type { FitData } from "./FitData.js";
import type { FitOptions, Matrix } from "./FitOptions.js";
import type { Schedule } from "./Schedule.js";
import { sparedFromDecay } from "./sparedFromDecay.js";
import type { TensorFile } from "./TensorFile.js";
import type { TrainableModel } from "./TrainableModel.js";

/** A run with every option checked and filled in. */
export interface RunPlan {
  readonly model: TrainableModel;
  readonly train: BatchSource;
  readonly validation: BatchSource | undefined;
  readonly runtime: Runtime;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly spared: ReadonlySet<string>;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly positiveWeights: Float32Array;
  readonly maxGradientNorm: number | undefined;
  readonly validate: ((labels: Matrix, scores: Matrix) => number) | undefined;
  readonly monitor: "score" | "loss" | undefined;
  readonly folder:
    | { readonly path: string; readonly tensorFile: TensorFile; readonly keep: number }
    | undefined;
  readonly seed: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/** Checks everything that can be checked before the first step. */
export function planRun(model: TrainableModel, { train, validation }: FitData, options: FitOptions): RunPlan {
  requireModel("fit", model);
  requireSource("fit", "train", train, model.numClasses);
  if (validation !== undefined) requireValidation(train, validation, model.numClasses);
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, maxGradientNorm, learningRate } = options;
  requireInteger("fit", "epochs", options.epochs, 1);
  requireInteger("fit", "batchSize", options.batchSize, 1);
  requireAtLeast("fit", "weightDecay", weightDecay, 0);
  requireBelowOne("fit", "betas[0]", betas[0]);
  requireBelowOne("fit", "betas[1]", betas[1]);
  requirePositive("fit", "epsilon", epsilon);
  if (maxGradientNorm !== undefined) requirePositive("fit", "maxGradientNorm", maxGradientNorm);
  if (typeof learningRate === "number") requireAtLeast("fit", "learningRate", learningRate, 0);
  return {
    model,
    train,
    validation,
    runtime: options.runtime,
    epochs: options.epochs,
    batchSize: options.batchSize,
    schedule: typeof learningRate === "number" ? constantSchedule(learningRate) : learningRate,
    weightDecay,
    spared: sparedNames(model, options.spared ?? sparedFromDecay),
    betas,
    epsilon,
    positiveWeights: checkedWeights(options.positiveWeights, train.findings),
    maxGradientNorm,
    validate: options.validate,
    monitor: checkedMonitor(options, validation !== undefined),
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

function sparedNames(
  { parameters }: TrainableModel,
  spared: (name: string, shape: readonly number[]) => boolean,
): ReadonlySet<string> {
  return new Set([...parameters].filter(([name, { shape }]) => spared(name, shape)).map(([name]) => name));
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
  { validate, monitor }: FitOptions,
  hasValidation: boolean,
): "score" | "loss" | undefined {
  if (!hasValidation) {
    if (validate !== undefined || monitor !== undefined)
      throw new RangeError("fit: validation must be given when validate or monitor is, got undefined");
    return undefined;
  }
  if (monitor === "score" && validate === undefined)
    throw new RangeError('fit: validate must be given when monitor is "score", got undefined');
  return monitor ?? (validate === undefined ? "loss" : "score");
}

function checkedFolder({ folder, tensorFile, keep = 2 }: FitOptions): RunPlan["folder"] {
  requireInteger("fit", "keep", keep, 1);
  if (folder === undefined) return undefined;
  if (tensorFile === undefined)
    throw new RangeError(
      "fit: tensorFile must be given when folder is, got undefined; it says how checkpoints are written and read",
    );
  return { path: folder, tensorFile, keep };
}
