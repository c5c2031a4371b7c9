import type { CompiledStep, NamedArray } from "@cxrkit/runtime";
import type { BestRecord } from "./_checkpoint.js";
import { compileForward } from "./_evaluate.js";
import type { Identity } from "./_identity.js";
import type { Notices } from "./_notices.js";
import type { RunPlan } from "./_planRun.js";
import { createReporter, type Reporter } from "./_report.js";
import { saveRun } from "./_runFolder.js";
import { type EpochSums, noSums, type Position, trainEpoch } from "./_trainEpoch.js";
import { compileTrainStep, evaluatedOf, readRunState } from "./_trainStep.js";
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
  readonly train: CompiledStep;
  readonly forward: CompiledStep | undefined;
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
  const train = await compileTrainStep(plan, begun.state);
  let forward: CompiledStep | undefined;
  let progress = begun;
  try {
    if (plan.validation !== undefined)
      forward = await compileForward("fit", plan.model, plan.runtime, plan.batchSize);
    const run: Run = { plan, identity, notices, report: createReporter(options, notices), train, forward };
    if (isDue(plan, progress)) progress = await validateAndSave(run, progress);
    while (endOf(plan, progress) === undefined) progress = await runEpoch(run, progress);
  } finally {
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
  const start = { epoch, step: begun.step, numSkipped: begun.numSkipped, sums };
  const { position, ended } = await trainEpoch(plan, run.train, start, notices, {
    stepsPerEpoch: stepsPerEpoch(plan, begun),
    onStep: report.step,
    onAbort: async (at) => {
      await saveAborted(run, moved(progress, at));
    },
    afterStep: async (at) => {
      const next = moved(progress, at);
      if (isDue(plan, next)) progress = await validateAndSave(run, next);
      return endOf(plan, moved(progress, at)) !== undefined && at.sums.images < plan.train.numImages;
    },
  });
  progress = moved(progress, position);
  return ended ? endInside(run, progress) : endEpoch(run, progress, (plan.now() - began) / 1000);
}

function moved(progress: Progress, { step, numSkipped, sums }: Position): Progress {
  return { ...progress, step, numSkipped, partial: sums.batches === 0 ? null : sums };
}

/** Whether the validation images are to be scored inside an epoch, at this very update. */
function isDue(plan: RunPlan, { step, partial, validations }: Progress): boolean {
  if (plan.validation === undefined || partial === null || validations.at(-1)?.step === step) return false;
  if (step >= plan.steps && partial.images < plan.train.numImages) return true;
  return "steps" in plan.validateEvery && step % plan.validateEvery.steps === 0;
}

/** The run ends before its epoch does. */
async function endInside(run: Run, progress: Progress): Promise<Progress> {
  const state = await finiteState(run, progress.epoch + 1);
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
  let next: Progress = needed ? { ...progress, state: await finiteState(run, epoch) } : progress;
  if (due) next = await validate(run, next);
  const began = progress.partial as EpochSums;
  const record = describe(epoch, next, began, seconds);
  next = { ...next, epoch, partial: null, history: [...next.history, record] };
  await save(run, next, due);
  if (due) report.validation(next.validations.at(-1) as ValidationRecord);
  report.epoch(record);
  return next;
}

/** Scores the validation images inside an epoch. */
async function validateAndSave(run: Run, progress: Progress): Promise<Progress> {
  const state = await finiteState(run, progress.epoch + 1);
  const next = await validate(run, { ...progress, state });
  await save(run, next, true);
  run.report.validation(next.validations.at(-1) as ValidationRecord);
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
  if (last === undefined) return Math.ceil(Math.ceil(train.numImages / batchSize) / accumulate);
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
  };
}

async function save(run: Run, progress: Progress, validated: boolean): Promise<void> {
  const { plan, identity } = run;
  if (plan.folder === undefined) return;
  const { epoch, step, numSkipped, partial, history, validations, bests } = progress;
  const runtime = plan.runtime.name;
  const record = { identity, runtime, epoch, step, numSkipped, partial, history, validations, bests };
  const parameters = validated ? evaluatedOf(plan, progress.state) : undefined;
  await saveRun(plan.folder, progress.state, record, parameters);
}

/** A run that ends by its signal ends with the signal's reason, whatever becomes of its last checkpoint. */
async function saveAborted(run: Run, progress: Progress): Promise<void> {
  if (run.plan.folder === undefined || progress.partial === null) return;
  try {
    await save(run, { ...progress, state: await finiteState(run, progress.epoch + 1) }, false);
  } catch (error) {
    run.notices.warn(
      `fit: the position at which the run was ended could not be saved: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A loss can be finite while its gradient is not, which the parameters show only after the update. */
async function finiteState({ plan, train }: Run, epoch: number): Promise<Map<string, NamedArray>> {
  const state = await readRunState(plan, train);
  for (const [name, { data }] of state) {
    if (!allFinite(data))
      throw new RangeError(
        `fit: ${name} must be finite, got NaN or an infinity after epoch ${epoch}; lower the learning rate or set maxGradientNorm`,
      );
  }
  return state;
}

/** A plain loop, because a callback for each of 10⁸ numbers takes seconds. */
function allFinite(data: NamedArray["data"]): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}
