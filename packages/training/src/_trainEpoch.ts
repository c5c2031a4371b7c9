import type { LossScale } from "./_lossScale.js";
import type { Notices } from "./_notices.js";
import type { RunPlan } from "./_planRun.js";
import { groupsOf, readBatches } from "./_readBatches.js";
import { idsOf, runUpdate, type Update } from "./_runUpdate.js";
import type { TrainSteps } from "./_trainSteps.js";
import type { Batch } from "./BatchSource.js";
import type { StepRecord } from "./FitResult.js";

/** What an epoch's updates gave so far. */
export interface EpochSums {
  /** Number of batches whose update is made. */
  readonly batches: number;
  /** Number of updates, those left out included. */
  readonly steps: number;
  /** Number of updates left out. */
  readonly skipped: number;
  /** Number of images. */
  readonly images: number;
  /** Number of labels that counted. */
  readonly labels: number;
  /** Sum of the loss over these labels. */
  readonly loss: number;
  /** Learning rate of the last update. */
  readonly learningRate: number;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** Sums of an epoch that has not begun. */
export const noSums: EpochSums = {
  batches: 0,
  steps: 0,
  skipped: 0,
  images: 0,
  labels: 0,
  loss: 0,
  learningRate: 0,
  seconds: 0,
};

/** Where training stands. */
export interface Position {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Number of updates left out in the whole run. */
  readonly numSkipped: number;
  /** Factor on the next loss; undefined before the first update, and when the loss is not scaled. */
  readonly lossScale?: LossScale | undefined;
  /** What was done of the epoch. */
  readonly sums: EpochSums;
}

/** What happens between updates. */
export interface EpochHooks {
  readonly stepsPerEpoch: number;
  readonly onStep: (record: StepRecord) => void;
  /** Called before the run ends by its signal. */
  readonly onAbort: (position: Position) => Promise<void>;
  /** Called after each update; true ends the run here. */
  readonly afterStep: (position: Position) => Promise<boolean>;
}

/** Makes the updates of an epoch from a position on, and says where that ended. */
export async function trainEpoch(
  plan: RunPlan,
  steps: TrainSteps,
  start: Position,
  notices: Notices,
  hooks: EpochHooks,
): Promise<{ readonly position: Position; readonly ended: boolean }> {
  const { epoch } = start;
  const began = plan.now();
  let position = start;
  for await (const group of groupsFrom(plan, start)) {
    if (plan.signal?.aborted) await hooks.onAbort(position);
    plan.signal?.throwIfAborted();
    if (position.step >= plan.steps) return { position, ended: true };
    const update = await runUpdate(plan, steps, group, position);
    // A clock that was set back must not make a rate or a time left negative.
    const seconds = start.sums.seconds + Math.max(plan.now() - began, 0) / 1000;
    position = moved(position, update, group, seconds);
    // A factor that was too large is expected, and seen in the log.
    if (update.skipped && (plan.lossScaling === undefined || !Number.isFinite(update.loss)))
      notices.warn(
        `${plan.caller}: update ${position.step} (epoch ${epoch}) was left out because its loss or gradient was not finite; images ${idsOf(group)}`,
      );
    hooks.onStep(stepRecord(plan, position, update, hooks.stepsPerEpoch));
    if (await hooks.afterStep(position)) return { position, ended: true };
  }
  const { sums, lossScale } = position;
  const isFinding = lossScale !== undefined && lossScale.scale >= 1;
  if (sums.steps > 0 && sums.skipped === sums.steps && !isFinding)
    throw new RangeError(
      `${plan.caller}: at least one update of epoch ${epoch} must be finite, got ${sums.skipped} left out of ${sums.steps}`,
    );
  return { position, ended: false };
}

/** The batches of an epoch from a position on, those of one update together. */
export function groupsFrom(plan: RunPlan, { epoch, sums }: Position): AsyncGenerator<Batch[]> {
  const expectation = { subject: `${plan.caller}: train`, model: plan.model, batchSize: plan.batchSize };
  const batches = readBatches(plan.train, { epoch, start: sums.batches }, expectation, {
    ahead: plan.accumulate,
    mayBeEmpty: sums.batches > 0,
  });
  return groupsOf(batches, plan.accumulate);
}

function moved(position: Position, update: Update, group: readonly Batch[], seconds: number): Position {
  const { sums } = position;
  const { skipped, learningRate } = update;
  return {
    epoch: position.epoch,
    step: position.step + 1,
    numSkipped: position.numSkipped + (skipped ? 1 : 0),
    lossScale: update.nextLossScale,
    sums: {
      batches: sums.batches + group.length,
      steps: sums.steps + 1,
      skipped: sums.skipped + (skipped ? 1 : 0),
      images: sums.images + group.reduce((sum, { imageIds }) => sum + imageIds.length, 0),
      labels: sums.labels + (skipped ? 0 : update.weight),
      loss: sums.loss + (skipped ? 0 : update.loss * update.weight),
      learningRate,
      seconds,
    },
  };
}

function stepRecord(
  { epochs, steps }: RunPlan,
  { epoch, step, sums }: Position,
  { loss, learningRate, gradientNorm, lossScale, watched }: Update,
  stepsPerEpoch: number,
): StepRecord {
  const toGo = Math.min(
    Math.max(stepsPerEpoch - sums.steps, 0) + (epochs - epoch) * stepsPerEpoch,
    steps - step,
  );
  return {
    epoch,
    step,
    stepInEpoch: sums.steps,
    stepsPerEpoch,
    loss,
    learningRate,
    gradientNorm,
    lossScale,
    watched,
    imagesPerSecond: sums.seconds > 0 ? sums.images / sums.seconds : 0,
    secondsLeft: (toGo * sums.seconds) / sums.steps,
  };
}
