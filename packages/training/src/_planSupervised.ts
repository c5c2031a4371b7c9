import { requireAtLeast, requireInteger, requirePositive } from "./_check.js";
import { lossOf } from "./_loss.js";
import { type Monitoring, planRun, type RunPlan } from "./_planRun.js";
import { requireModel, requireSource } from "./_requireModel.js";
import { supervisedObjective } from "./_supervised.js";
import type { BatchSource } from "./BatchSource.js";
import type { FitData } from "./FitData.js";
import type { FitOptions } from "./FitOptions.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Checks everything that can be checked before the first step of a run on labels. */
export function planSupervised(
  model: TrainableModel,
  { train, validation }: FitData,
  options: FitOptions,
): RunPlan {
  requireModel("fit", model);
  requireSource("fit", "train", train, model.numClasses);
  if (validation !== undefined) requireValidation(train, validation, model.numClasses);
  const { batchSize, seed = 0, validate } = options;
  requireInteger("fit", "batchSize", batchSize, 1);
  const positiveWeights = checkedWeights(options.positiveWeights, train.findings);
  const loss = lossOf(options.loss);
  return planRun(
    {
      caller: "fit",
      model,
      train,
      objective: supervisedObjective({ model, loss, positiveWeights, batchSize, seed }),
      scoring:
        validation === undefined ? undefined : { model, source: validation, loss, positiveWeights, validate },
      ...checkedMonitor(options, validation !== undefined),
      keepBest: options.keepBest ?? 1,
    },
    options,
  );
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
  { validate, monitor, patience, minDelta = 0, validateEvery = { epochs: 1 } }: FitOptions,
  hasValidation: boolean,
): Monitoring {
  const [unit, length] = Object.entries(validateEvery)[0] as [string, number];
  requireInteger("fit", `validateEvery.${unit}`, length, 1);
  if (patience !== undefined) requireInteger("fit", "patience", patience, 1);
  requireAtLeast("fit", "minDelta", minDelta, 0);
  const known = { patience: patience ?? Number.POSITIVE_INFINITY, minDelta, validateEvery };
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
