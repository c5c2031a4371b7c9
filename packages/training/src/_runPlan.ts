import { identityOf } from "./_identity.js";
import { lockFolder } from "./_lockFolder.js";
import { createNotices, type Notices } from "./_notices.js";
import type { RunPlan } from "./_planRun.js";
import { watchPositives } from "./_positives.js";
import { beginLoggers, flushLoggers } from "./_report.js";
import { endOf, type Progress, runEpochs } from "./_runEpochs.js";
import { type Resumed, resumeRun } from "./_runFolder.js";
import { initialState } from "./_runState.js";
import type { FitOptions } from "./FitOptions.js";
import type { RunResult } from "./FitResult.js";

/** Makes a run that is planned, or goes on with it, and says where it stands at its end. */
export async function runPlan(
  plan: RunPlan,
  options: FitOptions,
): Promise<RunResult & { readonly progress: Progress }> {
  plan.signal?.throwIfAborted();
  const { caller, folder } = plan;
  const unlock = folder === undefined ? undefined : await lockFolder(caller, folder.path);
  const notices = createNotices(options);
  try {
    const identity = await identityOf(plan);
    const resumed = folder === undefined ? undefined : await resumeRun(plan, folder, identity, notices.warn);
    warnOfOtherEngine(plan, resumed, notices);
    await beginLoggers(options, resumed?.record.step ?? 0, notices);
    const progress = await runEpochs(
      watched(plan, notices),
      firstProgress(plan, resumed),
      identity,
      notices,
      options,
    );
    await flushLoggers(options, notices);
    // Lets the rejections of asynchronous callbacks arrive before they are counted.
    await new Promise((resolve) => setImmediate(resolve));
    const { history, step, numSkipped } = progress;
    const endedBy = endOf(plan, progress) ?? "epochs";
    const resumedFrom = resumed?.record.epoch ?? 0;
    return { progress, history, step, numSkipped, endedBy, resumedFrom, ...notices.summary() };
  } finally {
    await flushLoggers(options, notices);
    await unlock?.();
  }
}

/** The plan of a run whose validation labels are looked at. */
function watched(plan: RunPlan, notices: Notices): RunPlan {
  const watch = watchPositives(plan, notices);
  return plan.scoring === undefined ? plan : { ...plan, scoring: { ...plan.scoring, watch } };
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
  const { epoch, step, numSkipped, lossScale, partial, history, validations, bests } = record;
  const counts = { epoch, step, numSkipped, lossScale, partial };
  return { ...counts, history, validations, bests, bestParameters, state: tensors };
}

function warnOfOtherEngine(
  { caller, runtime }: RunPlan,
  resumed: Resumed | undefined,
  notices: Notices,
): void {
  if (resumed === undefined || resumed.record.runtime === runtime.name) return;
  notices.warn(
    `${caller}: the run was made on ${resumed.record.runtime} and goes on with ${runtime.name}; its numbers will differ in the last digits`,
  );
}
