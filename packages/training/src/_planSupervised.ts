import { requireAtLeast, requireInteger, requirePositive } from "./_check.js";
import { checkedChoice } from "./_checkedChoice.js";
import { checkedEvery } from "./_every.js";
import { lossOf } from "./_loss.js";
import { type Monitoring, planRun, type RunPlan } from "./_planRun.js";
import { requirePositives } from "./_positives.js";
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
  requirePositives("fit", "validation", validation);
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

function checkedMonitor(options: FitOptions, hasValidation: boolean): Monitoring {
  const { validate, monitor, patience, minDelta = 0, validateEvery = { epochs: 1 } } = options;
  const every = checkedEvery("fit", "validateEvery", validateEvery);
  if (patience !== undefined) requireInteger("fit", "patience", patience, 1);
  requireAtLeast("fit", "minDelta", minDelta, 0);
  if (options.minDelta !== undefined && patience === undefined)
    throw new RangeError("fit: patience must be given when minDelta is, got undefined");
  const known = { patience: patience ?? Number.POSITIVE_INFINITY, minDelta, validateEvery: every };
  if (!hasValidation) {
    requireNoneOfValidation(options);
    return { ...known, monitor: undefined };
  }
  if (monitor === "score" && validate === undefined)
    throw new RangeError('fit: validate must be given when monitor is "score", got undefined');
  const natural = validate === undefined ? "loss" : "score";
  return {
    ...known,
    monitor: checkedChoice<"score" | "loss">("fit", "monitor", monitor ?? natural, ["score", "loss"]),
  };
}

/** Rejects options that say something of validation images that are not there. */
function requireNoneOfValidation(options: FitOptions): void {
  const { validate, monitor, patience, validateEvery, keepBest = 1 } = options;
  const [subject] = Object.entries({
    "validate or monitor": validate ?? monitor,
    patience,
    validateEvery,
    "keepBest above 1": keepBest > 1 ? keepBest : undefined,
  }).find(([, value]) => value !== undefined) ?? [undefined];
  if (subject !== undefined)
    throw new RangeError(`fit: validation must be given when ${subject} is, got undefined`);
}
