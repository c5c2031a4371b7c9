import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import { type Background, createBackground } from "./_background.js";
import type { BestRecord } from "./_checkpoint.js";
import { compileForward } from "./_evaluate.js";
import type { Identity } from "./_identity.js";
import type { LossScale } from "./_lossScale.js";
import type { Notices } from "./_notices.js";
import { type RunPlan, stepsOfEpoch } from "./_planRun.js";
import { createReporter, flushLoggers, type Reporter } from "./_report.js";
import { requireFiniteState } from "./_requireFiniteState.js";
import { saveRun } from "./_runFolder.js";
import { evaluatedOf } from "./_runState.js";
import { type EpochSums, noSums, type Position, trainEpoch } from "./_trainEpoch.js";
import { createTrainSteps, type TrainSteps } from "./_trainSteps.js";
import { isBetter, isExhausted, monitored, ranked, validateOnce, warnOfNoNumber } from "./_validate.js";
import type { FitOptions } from "./FitOptions.js";
import type { EpochRecord, ValidationRecord } from "./FitResult.js";

/** Where a run stands. */
export interface Progress {
  /** Number of whole epochs done. */
  readonly epoch: number;
  /** Number of updates made. */
  readonly step: number;
  /** Number of updates left out. */
  readonly numSkipped: number;
  /** Factor on the next loss; undefined before the first update, and when the loss is not scaled. */
  readonly lossScale?: LossScale | undefined;
  /** What was done of the epoch that is not whole; null at the end of an epoch. */
  readonly partial: EpochSums | null;
  /** The state; read from the engine only where it is needed, at the end of the run among others. */
  readonly state: ReadonlyMap<string, NamedArray>;
  /** One record for each whole epoch. */
  readonly history: readonly EpochRecord[];
  /** One record a validation. */
  readonly validations: readonly ValidationRecord[];
  /** The best validations so far. */
  readonly bests: readonly BestRecord[];
  /** Parameters of the best of them. */
  readonly bestParameters: ReadonlyMap<string, NamedArray> | undefined;
}

interface Run {
  readonly plan: RunPlan;
  readonly identity: Identity;
  readonly notices: Notices;
  readonly report: Reporter;
  readonly train: TrainSteps;
  readonly forward: CompiledStep | undefined;
  /** Where checkpoints are written while the next updates are made. */
  readonly background: Background;
  readonly flush: () => Promise<void>;
}

/** What has ended a run that stands here; undefined when it goes on. */
export function endOf(plan: RunPlan, progress: Progress): "epochs" | "steps" | "patience" | undefined {
  if (progress.epoch >= plan.epochs) return "epochs";
  if (progress.step >= plan.steps && !isDue(plan, progress)) return "steps";
  return isExhausted(plan, progress.validations) ? "patience" : undefined;
}

/** Makes what is still to do of a run. */
export async function runEpochs(
  plan: RunPlan,
  begun: Progress,
  identity: Identity,
  notices: Notices,
  options: FitOptions,
): Promise<Progress> {
  if (endOf(plan, begun) !== undefined) return begun;
  const train = createTrainSteps(plan, begun.state);
  let forward: CompiledStep | undefined;
  const background = createBackground();
  let progress = begun;
  try {
    if (plan.scoring !== undefined)
      forward = await compileForward(plan.caller, plan.scoring.model, plan.runtime, plan.batchSize);
    const report = createReporter(options, notices);
    const flush = () => flushLoggers(options, notices);
    const run: Run = { plan, identity, notices, report, train, forward, background, flush };
    if (isDue(plan, progress)) progress = await validateAndSave(run, progress);
    while (endOf(plan, progress) === undefined) progress = await runEpoch(run, progress);
    await background.finish();
  } finally {
    // The folder is given back only when nothing writes into it any more.
    await background.finish().catch(() => {});
    train.dispose();
    forward?.dispose();
  }
  return progress;
}

async function runEpoch(run: Run, begun: Progress): Promise<Progress> {
  const { plan, notices, report } = run;
  const epoch = begun.epoch + 1;
  const began = plan.now();
  let progress = begun;
  const sums = begun.partial ?? noSums;
  const { step, numSkipped, lossScale } = begun;
  const start = { epoch, step, numSkipped, lossScale, sums };
  const { position, ended } = await trainEpoch(plan, run.train, start, notices, {
    stepsPerEpoch: stepsPerEpoch(plan, begun),
    onStep: report.step,
    onAbort: async (at) => {
      await saveAborted(run, moved(progress, at));
    },
    afterStep: async (at) => {
      await run.background.share((1000 * at.sums.seconds) / at.sums.steps);
      const next = moved(progress, at);
      if (isDue(plan, next)) progress = await validateAndSave(run, next);
      return endOf(plan, moved(progress, at)) !== undefined && at.sums.images < plan.train.numImages;
    },
  });
  progress = moved(progress, position);
  return ended ? endInside(run, progress) : endEpoch(run, progress, Math.max(plan.now() - began, 0) / 1000);
}

function moved(progress: Progress, { step, numSkipped, lossScale, sums }: Position): Progress {
  return { ...progress, step, numSkipped, lossScale, partial: sums.batches === 0 ? null : sums };
}

/** Whether the validation images are to be scored inside an epoch, at this very update. */
function isDue(plan: RunPlan, { step, partial, validations }: Progress): boolean {
  if (plan.scoring === undefined || partial === null || validations.at(-1)?.step === step) return false;
  if (step >= plan.steps && partial.images < plan.train.numImages) return true;
  return "steps" in plan.validateEvery && step % plan.validateEvery.steps === 0;
}

/** The run ends before its epoch does. */
async function endInside(run: Run, progress: Progress): Promise<Progress> {
  const state = await readState(run, progress);
  const last = { ...progress, state };
  await save(run, last, false);
  return last;
}

async function endEpoch(run: Run, progress: Progress, seconds: number): Promise<Progress> {
  const { plan, report, forward } = run;
  const epoch = progress.epoch + 1;
  const last = epoch >= plan.epochs || progress.step >= plan.steps;
  const every = "epochs" in plan.validateEvery ? plan.validateEvery.epochs : undefined;
  const fresh = progress.validations.at(-1)?.step !== progress.step;
  const due = forward !== undefined && fresh && (last || (every !== undefined && epoch % every === 0));
  const needed = plan.folder !== undefined || due || last;
  let next: Progress = needed ? { ...progress, state: await readState(run, progress) } : progress;
  if (due) next = await validate(run, next);
  const began = progress.partial as EpochSums;
  const record = describe(epoch, next, began, seconds);
  next = { ...next, epoch, partial: null, history: [...next.history, record] };
  if (due) report.validation(next.validations.at(-1) as ValidationRecord);
  report.epoch(record);
  if (needed) await save(run, next, due);
  return next;
}

/** Scores the validation images inside an epoch. */
async function validateAndSave(run: Run, progress: Progress): Promise<Progress> {
  const state = await readState(run, progress);
  const next = await validate(run, { ...progress, state });
  run.report.validation(next.validations.at(-1) as ValidationRecord);
  await save(run, next, true);
  return next;
}

async function validate(run: Run, progress: Progress): Promise<Progress> {
  const { plan, forward, notices } = run;
  const epoch = progress.epoch + 1;
  const { step } = progress;
  const parameters = evaluatedOf(plan, progress.state);
  let measured: Awaited<ReturnType<typeof validateOnce>>;
  try {
    measured = await validateOnce(plan, forward as CompiledStep, parameters);
  } catch (error) {
    if (plan.signal?.aborted) await saveAborted(run, progress);
    throw error;
  }
  const value = monitored(plan, { epoch, step, ...measured, isBest: false });
  warnOfNoNumber(plan, epoch, value, notices);
  const isBest = isBetter(plan, value, progress.bests[0]?.value);
  return {
    ...progress,
    validations: [...progress.validations, { epoch, step, ...measured, isBest }],
    bests: ranked(plan, progress.bests, { epoch, step }, value),
    bestParameters: isBest ? parameters : progress.bestParameters,
  };
}

function stepsPerEpoch({ train, batchSize, accumulate }: RunPlan, { history }: Progress): number {
  const last = history.at(-1);
  if (last === undefined) return stepsOfEpoch(train, batchSize, accumulate);
  return last.step - (history.at(-2)?.step ?? 0);
}

function describe(epoch: number, progress: Progress, sums: EpochSums, seconds: number): EpochRecord {
  const own = progress.validations.filter((validation) => validation.epoch === epoch);
  return {
    epoch,
    step: progress.step,
    numImages: sums.images,
    trainLoss: sums.loss / sums.labels,
    validationLoss: own.at(-1)?.loss,
    validationScore: own.at(-1)?.score,
    isBest: own.some(({ isBest }) => isBest),
    learningRate: sums.learningRate,
    imagesPerSecond: sums.seconds > 0 ? sums.images / sums.seconds : 0,
    seconds,
    ...(progress.lossScale === undefined
      ? {}
      : { lossScale: progress.lossScale.scale, numSkipped: sums.skipped }),
  };
}

/** Begins to check and write a position; the log comes first, so that it is never behind the checkpoint. */
async function save(run: Run, progress: Progress, validated: boolean): Promise<void> {
  const { plan, identity } = run;
  const { folder } = plan;
  const { epoch, step, numSkipped, lossScale, partial, history, validations, bests } = progress;
  const runtime = plan.runtime.name;
  const counts = { epoch, step, numSkipped, lossScale, partial };
  const record = { identity, runtime, ...counts, history, validations, bests };
  const parameters = validated ? evaluatedOf(plan, progress.state) : undefined;
  await run.background.begin(async () => {
    await requireFiniteState(plan.caller, progress.state, partial === null ? epoch : epoch + 1);
    if (folder === undefined) return;
    await run.flush();
    await saveRun(plan.caller, folder, progress.state, record, parameters);
  });
}

/** A run that ends by its signal ends with the signal's reason, whatever becomes of its last checkpoint. */
async function saveAborted(run: Run, progress: Progress): Promise<void> {
  if (run.plan.folder === undefined || progress.partial === null) return;
  try {
    await save(run, { ...progress, state: await readState(run, progress) }, false);
    await run.background.finish();
  } catch (error) {
    const { cause = error } = error as Error;
    run.notices.warn(
      `${run.plan.caller}: the position at which the run was ended could not be saved: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}

/** Reads the state when what was read before is written; the best parameters are not overwritten. */
async function readState({ train, background }: Run, progress: Progress): Promise<Map<string, NamedArray>> {
  await background.finish();
  return train.readState(progress.bestParameters);
}
