import type { CompiledStep } from "@cxrkit/runtime";
import { requireInteger } from "./_check.js";
import { compileForward } from "./_evaluate.js";
import { padImages } from "./_padBatch.js";
import { type RunPlan, stepsOfEpoch } from "./_planRun.js";
import { planSupervised } from "./_planSupervised.js";
import { initialState } from "./_runState.js";
import { runUpdate } from "./_runUpdate.js";
import { groupsFrom, noSums } from "./_trainEpoch.js";
import { createTrainSteps } from "./_trainSteps.js";
import type { Batch } from "./BatchSource.js";
import type { FitData } from "./FitData.js";
import type { FitOptions } from "./FitOptions.js";
import type { TrainableModel } from "./TrainableModel.js";

/** Options of {@link planFit}. */
export interface PlanFitOptions {
  /** Number of updates that are timed, after one that is not; an integer of at least 1. @defaultValue `3` */
  readonly numTrialSteps?: number;
  /** Memory of the process in bytes. @defaultValue the resident set, `process.memoryUsage.rss` */
  readonly memory?: () => number;
}

/** What a run would take. */
export interface FitPlan {
  /** Number of parameters. */
  readonly numParameters: number;
  /** Number of those that are trained. */
  readonly numTrained: number;
  /** Number of updates of an epoch, if every batch but the last is full. */
  readonly stepsPerEpoch: number;
  /** Size in bytes of parameters, of what the optimiser keeps, and of the average. */
  readonly stateBytes: number;
  /** Most bytes that the run folder holds at a time, a checkpoint and a best file being written included; 0 without a folder. */
  readonly diskBytes: number;
  /**
   * Bytes of images, labels and intermediate results that an update needs at a time, from the graph of the compiled step;
   * undefined on an engine that runs operation by operation. The process takes more, by what its allocator leaves unused.
   */
  readonly activationBytes: number | undefined;
  /** Growth in bytes of the process between before the step was compiled and after the trial. Memory that was free before is not seen. */
  readonly memoryBytes: number;
  /** Seconds of an update, reading of its batches included; the median of the trial. */
  readonly secondsPerStep: number;
  /** Seconds of one pass over the validation images, from one batch; 0 without validation. */
  readonly secondsPerValidation: number;
  /** Seconds of an epoch, validation included where every epoch has one, checkpoints not. */
  readonly secondsPerEpoch: number;
}

/**
 * Says before a run what it would take, by making a few updates and throwing them away.
 *
 * Options are checked as {@link fit} checks them. Nothing is read from or written to the folder.
 *
 * @param model - The model and the parameters it starts from.
 * @param data - Training images and, optionally, validation images; their first batches are read.
 * @param options - Those of the run.
 * @param trial - How much is tried.
 * @returns Sizes and times.
 * @throws What {@link fit} would throw before its first epoch is over: options that do not fit, batches that are not
 * as declared, a loss that is not finite.
 * @see The trial is what PyTorch Lightning calls a fast development run.
 * @example
 * {@includeCode ../example/planFit.example.ts#plan}
 */
export async function planFit(
  model: TrainableModel,
  data: FitData,
  options: FitOptions,
  { numTrialSteps = 3, memory = () => process.memoryUsage.rss() }: PlanFitOptions = {},
): Promise<FitPlan> {
  requireInteger("planFit", "numTrialSteps", numTrialSteps, 1);
  const plan = planSupervised(model, data, options);
  const before = memory();
  const { secondsPerStep, activationBytes, batch } = await tryUpdates(plan, numTrialSteps, memory);
  const forward = await tryForward(plan, batch.first);
  const stepsPerEpoch = stepsOfEpoch(plan.train, plan.batchSize, plan.accumulate);
  const numValidations = "epochs" in plan.validateEvery && plan.validateEvery.epochs === 1 ? 1 : 0;
  return {
    numParameters: count(plan, [...model.parameters.keys()]),
    numTrained: count(plan, plan.trainable),
    stepsPerEpoch,
    ...sizes(plan),
    activationBytes,
    memoryBytes: Math.max(batch.memory - before, 0),
    secondsPerStep,
    secondsPerValidation: forward,
    secondsPerEpoch: stepsPerEpoch * secondsPerStep + numValidations * forward,
  };
}

async function tryUpdates(
  plan: RunPlan,
  numTrialSteps: number,
  memory: () => number,
): Promise<
  Pick<FitPlan, "secondsPerStep" | "activationBytes"> & { batch: { first: Batch; memory: number } }
> {
  // What joins later is tried as if it had joined: the end of the run takes most.
  const steps = createTrainSteps({ ...plan, joins: new Map() }, initialState(plan));
  try {
    const seconds: number[] = [];
    let first: Batch | undefined;
    let began = plan.now();
    let position = { epoch: 1, step: 0, numSkipped: 0, sums: noSums };
    while (seconds.length <= numTrialSteps) {
      for await (const group of groupsFrom(plan, { ...position, sums: noSums })) {
        plan.signal?.throwIfAborted();
        first ??= group[0];
        await runUpdate(plan, steps, group, position);
        position = { ...position, step: position.step + 1 };
        const now = plan.now();
        seconds.push((now - began) / 1000);
        began = now;
        if (seconds.length > numTrialSteps) break;
      }
    }
    const { activationBytes, inputBytes } = (await steps.at(0)).compiled.memory;
    return {
      secondsPerStep: median(seconds.slice(1)),
      activationBytes: activationBytes === undefined ? undefined : activationBytes + inputBytes,
      batch: { first: first as Batch, memory: memory() },
    };
  } finally {
    steps.dispose();
  }
}

/** Times one batch of the forward pass and counts the batches of the validation. */
async function tryForward(plan: RunPlan, { images, imageIds }: Batch): Promise<number> {
  const { scoring, batchSize, runtime, now } = plan;
  if (scoring === undefined) return 0;
  const step: CompiledStep = await compileForward("fit", scoring.model, runtime, batchSize);
  try {
    const inputs = { images: padImages(images, imageIds.length, batchSize) };
    await step.run(inputs);
    const began = now();
    await step.run(inputs);
    return ((now() - began) / 1000) * Math.ceil(scoring.source.numImages / batchSize);
  } finally {
    step.dispose();
  }
}

function sizes(plan: RunPlan): { readonly stateBytes: number; readonly diskBytes: number } {
  const bytesOf = (arrays: Iterable<{ readonly data: ArrayBufferView }>) =>
    [...arrays].reduce((sum, { data }) => sum + data.byteLength, 0);
  const stateBytes = bytesOf(initialState(plan).values());
  if (plan.folder === undefined) return { stateBytes, diskBytes: 0 };
  const { keep, keepBest } = plan.folder;
  const numBest = plan.scoring === undefined ? 0 : keepBest === 1 ? 2 : keepBest + 2;
  return {
    stateBytes,
    diskBytes: (keep + 1) * stateBytes + numBest * bytesOf(plan.model.parameters.values()),
  };
}

function count({ model }: RunPlan, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (model.parameters.get(name)?.data.length ?? 0), 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
