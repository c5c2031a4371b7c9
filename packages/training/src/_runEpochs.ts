import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import { compileForward, evaluate, meanLoss, sigmoid } from "./_evaluate.js";
import type { Identity } from "./_identity.js";
import type { Notices } from "./_notices.js";
import type { RunPlan } from "./_planRun.js";
import { saveEpoch } from "./_runFolder.js";
import { type TrainedEpoch, trainEpoch } from "./_trainEpoch.js";
import { compileTrainStep, parametersOf } from "./_trainStep.js";
import type { BatchSource } from "./BatchSource.js";
import type { FitOptions } from "./FitOptions.js";
import type { BestEpoch, EpochRecord } from "./FitResult.js";

/** Where a run stands after a number of epochs. */
export interface Progress {
  /** Number of epochs done. */
  readonly epoch: number;
  /** Number of updates made. */
  readonly step: number;
  /** Parameters and moments; read from the engine only after epochs that need them, the last one among these. */
  readonly state: ReadonlyMap<string, NamedArray>;
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The best epoch so far. */
  readonly best: Omit<BestEpoch, "monitor"> | undefined;
}

interface Steps {
  readonly train: CompiledStep;
  readonly forward: CompiledStep | undefined;
}

/** Runs the epochs that are still to do. */
export async function runEpochs(
  plan: RunPlan,
  begun: Progress,
  identity: Identity,
  notices: Notices,
  { onStep, onEpoch }: FitOptions,
): Promise<Progress> {
  if (begun.epoch >= plan.epochs) return begun;
  const train = await compileTrainStep(plan, begun.state);
  let forward: CompiledStep | undefined;
  let progress = begun;
  try {
    if (plan.validation !== undefined)
      forward = await compileForward("fit", plan.model, plan.runtime, plan.batchSize);
    while (progress.epoch < plan.epochs) {
      progress = await runEpoch(plan, { train, forward }, progress, notices, onStep);
      await save(plan, progress, identity);
      notices.call(onEpoch, progress.history.at(-1) as EpochRecord);
    }
  } finally {
    train.dispose();
    forward?.dispose();
  }
  return progress;
}

async function runEpoch(
  plan: RunPlan,
  { train, forward }: Steps,
  progress: Progress,
  notices: Notices,
  onStep: FitOptions["onStep"],
): Promise<Progress> {
  const epoch = progress.epoch + 1;
  const began = plan.now();
  const start = { epoch, step: progress.step, stepsPerEpoch: stepsPerEpoch(plan, progress) };
  const trained = await trainEpoch(plan, train, start, notices, onStep);
  const needed = plan.folder !== undefined || forward !== undefined || epoch === plan.epochs;
  const state = needed ? await train.readState() : progress.state;
  if (needed) requireFinite(state, epoch);
  const measured =
    forward === undefined || plan.validation === undefined
      ? undefined
      : await measure(plan, plan.validation, forward, state);
  const value = plan.monitor === "score" ? measured?.score : measured?.loss;
  if (value !== undefined && !Number.isFinite(value))
    notices.warn(
      `fit: the validation ${plan.monitor} of epoch ${epoch} must be finite, got ${value}; the epoch cannot become the best`,
    );
  const isBest = value !== undefined && isBetter(plan, value, progress.best?.value);
  const record = describe(epoch, trained, measured, isBest, (plan.now() - began) / 1000);
  return {
    epoch,
    step: trained.step,
    state,
    history: [...progress.history, record],
    best: isBest ? { epoch, value, parameters: parametersOf(plan, state) } : progress.best,
  };
}

function stepsPerEpoch({ train, batchSize }: RunPlan, { history }: Progress): number {
  const last = history.at(-1);
  if (last === undefined) return Math.ceil(train.numImages / batchSize);
  return last.step - (history.at(-2)?.step ?? 0);
}

function isBetter({ monitor }: RunPlan, value: number, best: number | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return monitor === "score" ? value > best : value < best;
}

interface Measured {
  readonly loss: number;
  readonly score: number | undefined;
}

async function measure(
  { model, batchSize, signal, positiveWeights, validate }: RunPlan,
  source: BatchSource,
  forward: CompiledStep,
  state: ReadonlyMap<string, NamedArray>,
): Promise<Measured> {
  await forward.writeState(new Map([...state].filter(([name]) => model.parameters.has(name))));
  const expectation = { subject: "fit: validation", model, batchSize };
  const evaluation = await evaluate(forward, source, { ...expectation, signal });
  const { labels, logits, rows, columns } = evaluation;
  return {
    loss: meanLoss(evaluation, positiveWeights),
    score: validate?.({ data: labels, rows, columns }, { data: sigmoid(logits), rows, columns }),
  };
}

function describe(
  epoch: number,
  { step, numImages, trainLoss, learningRate, imagesPerSecond }: TrainedEpoch,
  measured: Measured | undefined,
  isBest: boolean,
  seconds: number,
): EpochRecord {
  return {
    epoch,
    step,
    numImages,
    trainLoss,
    validationLoss: measured?.loss,
    validationScore: measured?.score,
    isBest,
    learningRate,
    imagesPerSecond,
    seconds,
  };
}

async function save(plan: RunPlan, progress: Progress, identity: Identity): Promise<void> {
  if (plan.folder === undefined) return;
  const { epoch, step, history, state } = progress;
  const best =
    progress.best === undefined ? null : { epoch: progress.best.epoch, value: progress.best.value };
  const record = { identity, runtime: plan.runtime.name, epoch, step, history, best };
  await saveEpoch(plan.folder, state, record, progress.best?.parameters);
}

/** A loss can be finite while its gradient is not, which the parameters show only after the update. */
function requireFinite(state: ReadonlyMap<string, NamedArray>, epoch: number): void {
  for (const [name, { data }] of state) {
    if (!allFinite(data))
      throw new RangeError(
        `fit: ${name} must be finite, got NaN or an infinity after epoch ${epoch}; lower the learning rate or set maxGradientNorm`,
      );
  }
}

/** A plain loop, because a callback for each of 10⁸ numbers takes seconds. */
function allFinite(data: NamedArray["data"]): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}
