import type { CompiledStep } from "@cxrkit/runtime";
import type { Notices } from "./_notices.js";
import type { RunPlan } from "./_planRun.js";
import { groupsOf, readBatches } from "./_readBatches.js";
import { idsOf, runUpdate, type Update } from "./_runUpdate.js";
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
  compiled: CompiledStep,
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
    const update = await runUpdate(plan, compiled, group, position);
    const seconds = start.sums.seconds + (plan.now() - began) / 1000;
    position = moved(position, update, group, seconds);
    if (update.skipped)
      notices.warn(
        `fit: update ${position.step} (epoch ${epoch}) was left out because its loss or gradient was not finite; images ${idsOf(group)}`,
      );
    hooks.onStep(stepRecord(plan, position, update, hooks.stepsPerEpoch));
    if (await hooks.afterStep(position)) return { position, ended: true };
  }
  const { sums } = position;
  if (sums.steps > 0 && sums.skipped === sums.steps)
    throw new RangeError(
      `fit: at least one update of epoch ${epoch} must be finite, got ${sums.skipped} left out of ${sums.steps}`,
    );
  return { position, ended: false };
}

/** The batches of an epoch from a position on, those of one update together. */
export function groupsFrom(plan: RunPlan, { epoch, sums }: Position): AsyncGenerator<Batch[]> {
  const expectation = { subject: "fit: train", model: plan.model, batchSize: plan.batchSize };
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
    sums: {
      batches: sums.batches + group.length,
      steps: sums.steps + 1,
      skipped: sums.skipped + (skipped ? 1 : 0),
      images: sums.images + group.reduce((sum, { imageIds }) => sum + imageIds.length, 0),
      labels: sums.labels + (skipped ? 0 : update.numLabels),
      loss: sums.loss + (skipped ? 0 : update.loss * update.numLabels),
      learningRate,
      seconds,
    },
  };
}

function stepRecord(
  { epochs, steps }: RunPlan,
  { epoch, step, sums }: Position,
  { loss, learningRate, gradientNorm }: Update,
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
    imagesPerSecond: sums.seconds > 0 ? sums.images / sums.seconds : 0,
    secondsLeft: (toGo * sums.seconds) / sums.steps,
  };
}
