import { identityOf } from "./_identity.js";
import { createNotices, type Notices } from "./_notices.js";
import { planRun, type RunPlan } from "./_planRun.js";
import { type Progress, runEpochs } from "./_runEpochs.js";
import { type Resumed, resumeRun } from "./_runFolder.js";
import { initialState, parametersOf } from "./_trainStep.js";
import type { FitData } from "./FitData.js";
import type { FitOptions } from "./FitOptions.js";
import type { FitResult } from "./FitResult.js";
import type { TrainableModel } from "./TrainableModel.js";

/**
 * Trains a model with AdamW on the weighted binary cross-entropy.
 *
 * Forward pass, gradients and update are one compiled step. After each epoch the validation images are scored, and
 * when `folder` is given a checkpoint is written: `epoch-0007.safetensors` (parameters and moments, with the record of
 * the run in its metadata), `best.safetensors` and `log.jsonl`. Called again with the same folder and options, the run
 * goes on from the newest checkpoint that is whole and ends with the parameters, bit for bit, of an uninterrupted one,
 * as far as the engine and the source repeat themselves.
 *
 * @param model - The model and the parameters it starts from.
 * @param data - Training images and, optionally, validation images.
 * @param options - Engine, lengths, hyper-parameters, folder and callbacks.
 * @returns Parameters, best epoch and history.
 * @throws RangeError or TypeError if model, data or options do not fit each other, a batch is not as declared, the
 * loss is not finite (the message names step and images), or the folder holds another run (the message names the first
 * difference); the signal's reason when aborted. Checkpoints already written stay.
 * @see Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization.
 * @example {@includeCode ../example/readme.example.ts}
 * @example Going on where an earlier call ended
 * {@includeCode ../example/checkpoints.example.ts#resume}
 */
export async function fit(model: TrainableModel, data: FitData, options: FitOptions): Promise<FitResult> {
  const plan = planRun(model, data, options);
  plan.signal?.throwIfAborted();
  const notices = createNotices(options);
  const identity = identityOf(plan);
  const resumed =
    plan.folder === undefined ? undefined : await resumeRun(plan, plan.folder, identity, notices.warn);
  warnOfOtherEngine(plan, resumed, notices);
  const { state, best, history, step } = await runEpochs(
    plan,
    firstProgress(plan, resumed),
    identity,
    notices,
    options,
  );
  // Lets the rejections of asynchronous callbacks arrive before they are counted.
  await new Promise((resolve) => setImmediate(resolve));
  return {
    parameters: parametersOf(plan, state),
    best: best === undefined || plan.monitor === undefined ? undefined : { ...best, monitor: plan.monitor },
    history,
    step,
    resumedFrom: resumed?.record.epoch ?? 0,
    ...notices.summary(),
  };
}

function firstProgress({ model }: RunPlan, resumed: Resumed | undefined): Progress {
  if (resumed === undefined)
    return { epoch: 0, step: 0, state: initialState(model.parameters), history: [], best: undefined };
  const { record, tensors, bestParameters } = resumed;
  const { epoch, step, history, best } = record;
  const known = best !== null && bestParameters !== undefined;
  return {
    epoch,
    step,
    state: tensors,
    history,
    best: known ? { ...best, parameters: bestParameters } : undefined,
  };
}

function warnOfOtherEngine({ runtime }: RunPlan, resumed: Resumed | undefined, notices: Notices): void {
  if (resumed === undefined || resumed.record.runtime === runtime.name) return;
  notices.warn(
    `fit: the run was made on ${resumed.record.runtime} and goes on with ${runtime.name}; its numbers will differ in the last digits`,
  );
}
