import { identityOf } from "./_identity.js";
import { lockFolder } from "./_lockFolder.js";
import { createNotices, type Notices } from "./_notices.js";
import { planRun, type RunPlan } from "./_planRun.js";
import { flushLoggers } from "./_report.js";
import { endOf, type Progress, runEpochs } from "./_runEpochs.js";
import { type Resumed, resumeRun } from "./_runFolder.js";
import { evaluatedOf, initialState, parametersOf } from "./_trainStep.js";
import type { FitData } from "./FitData.js";
import type { FitOptions } from "./FitOptions.js";
import type { FitResult } from "./FitResult.js";
import type { TrainableModel } from "./TrainableModel.js";

/**
 * Trains a model: by default with AdamW on the weighted binary cross-entropy.
 *
 * Forward pass, gradients and update are one compiled step. After each epoch, or when `validateEvery` says so, the
 * validation images are scored, and when `folder` is given a checkpoint is written: `epoch-0007.safetensors` (parameters
 * and what the optimiser keeps, with the record of the run in its metadata), `best.safetensors` and `log.jsonl`. Called
 * again with the same folder and options, the run goes on from the newest checkpoint that is whole and ends with the
 * parameters, bit for bit, of an uninterrupted one, as far as the engine and the source repeat themselves. A run that
 * `signal` ends inside an epoch saves that position first. While it runs, a file `lock` keeps others out of the folder.
 *
 * @param model - The model and the parameters it starts from.
 * @param data - Training images and, optionally, validation images.
 * @param options - Engine, lengths, hyper-parameters, folder and callbacks.
 * @returns Parameters, best validation and history.
 * @throws RangeError or TypeError if model, data or options do not fit each other, a batch is not as declared, the
 * loss is not finite (the message names step, images and the first parameter whose gradient is not finite), or the
 * folder holds another run (the message names the first difference); Error if another run is using the folder; the
 * signal's reason when aborted. Checkpoints already written stay.
 * @see Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization.
 * @example {@includeCode ../example/readme.example.ts}
 * @example Going on where an earlier call ended
 * {@includeCode ../example/checkpoints.example.ts#resume}
 */
export async function fit(model: TrainableModel, data: FitData, options: FitOptions): Promise<FitResult> {
  const plan = planRun(model, data, options);
  plan.signal?.throwIfAborted();
  const unlock = plan.folder === undefined ? undefined : await lockFolder(plan.folder.path);
  const notices = createNotices(options);
  try {
    const identity = await identityOf(plan);
    const resumed =
      plan.folder === undefined ? undefined : await resumeRun(plan, plan.folder, identity, notices.warn);
    warnOfOtherEngine(plan, resumed, notices);
    const progress = await runEpochs(plan, firstProgress(plan, resumed), identity, notices, options);
    return await resultOf(plan, progress, resumed, notices, options);
  } finally {
    await flushLoggers(options, notices);
    await unlock?.();
  }
}

function firstProgress(plan: RunPlan, resumed: Resumed | undefined): Progress {
  if (resumed === undefined)
    return {
      epoch: 0,
      step: 0,
      numSkipped: 0,
      partial: null,
      state: initialState(plan),
      history: [],
      validations: [],
      bests: [],
      bestParameters: undefined,
    };
  const { record, tensors, bestParameters } = resumed;
  const { epoch, step, numSkipped, partial, history, validations, bests } = record;
  return { epoch, step, numSkipped, partial, history, validations, bests, bestParameters, state: tensors };
}

async function resultOf(
  plan: RunPlan,
  progress: Progress,
  resumed: Resumed | undefined,
  notices: Notices,
  options: FitOptions,
): Promise<FitResult> {
  const { state, history, validations, step, numSkipped, bests, bestParameters } = progress;
  const best = bests[0];
  const known = best !== undefined && bestParameters !== undefined && plan.monitor !== undefined;
  await flushLoggers(options, notices);
  // Lets the rejections of asynchronous callbacks arrive before they are counted.
  await new Promise((resolve) => setImmediate(resolve));
  return {
    parameters: parametersOf(plan, state),
    averaged: plan.ema === undefined ? undefined : evaluatedOf(plan, state),
    best: known ? { ...best, monitor: plan.monitor, parameters: bestParameters } : undefined,
    history,
    validations,
    step,
    numSkipped,
    endedBy: endOf(plan, progress) ?? "epochs",
    resumedFrom: resumed?.record.epoch ?? 0,
    ...notices.summary(),
  };
}

function warnOfOtherEngine({ runtime }: RunPlan, resumed: Resumed | undefined, notices: Notices): void {
  if (resumed === undefined || resumed.record.runtime === runtime.name) return;
  notices.warn(
    `fit: the run was made on ${resumed.record.runtime} and goes on with ${runtime.name}; its numbers will differ in the last digits`,
  );
}
