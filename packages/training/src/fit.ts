import { planSupervised } from "./_planSupervised.js";
import { runPlan } from "./_runPlan.js";
import { evaluatedOf, parametersOf } from "./_runState.js";
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
 * loss is not finite (the message names step, images and the first parameter whose gradient is not finite), the
 * folder holds another run (the message names the first difference), or the best epoch is that of a score and no
 * validation image has a positive label; Error if another run is using the folder; the
 * signal's reason when aborted. Checkpoints already written stay.
 * @see Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization.
 * @example
 * {@includeCode ../example/readme.example.ts}
 * @example Going on where an earlier call ended
 * {@includeCode ../example/checkpoints.example.ts#resume}
 */
export async function fit(model: TrainableModel, data: FitData, options: FitOptions): Promise<FitResult> {
  const plan = planSupervised(model, data, options);
  const { progress, ...result } = await runPlan(plan, options);
  const { state, validations, bests, bestParameters } = progress;
  const best = bests[0];
  const known = best !== undefined && bestParameters !== undefined && plan.monitor !== undefined;
  return {
    parameters: parametersOf(plan, state),
    averaged: plan.ema === undefined ? undefined : evaluatedOf(plan, state),
    best: known ? { ...best, monitor: plan.monitor, parameters: bestParameters } : undefined,
    validations,
    ...result,
  };
}
