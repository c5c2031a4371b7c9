import { readHolder, type StageHolder } from "./lockStage.js";
import type { Stage } from "./Stage.js";
import { needs } from "./selectStages.js";
import { stageState } from "./stageState.js";

/** What would become of a stage if the study were run now. */
export interface StagePlan {
  readonly stage: Stage;
  /**
   * `done`: nothing would be done; `to run`: it would run, for `reason`; `after others`: what it reads would be made anew
   * first, and it runs if that changes; `running`: `holder` runs it; `stuck`: it cannot run, for `reason`.
   */
  readonly state: "done" | "to run" | "after others" | "running" | "stuck";
  readonly reason: string;
  readonly holder?: StageHolder;
  /** How long it took when it last ran, in seconds. */
  readonly seconds?: number;
}

/** Looks at every stage of a study, in order, and runs none. */
export async function planStages(folder: string, stages: readonly Stage[]): Promise<StagePlan[]> {
  const plans: StagePlan[] = [];
  for (const stage of stages) plans.push(await planStage(folder, stage, plans));
  return plans;
}

async function planStage(folder: string, stage: Stage, earlier: readonly StagePlan[]): Promise<StagePlan> {
  const holder = await readHolder(folder, stage.name);
  if (holder !== undefined) {
    const reason = `process ${holder.pid} on ${holder.host} has run it since ${holder.since}`;
    return { stage, state: "running", reason, holder };
  }
  const pending = earlier.findLast((plan) => plan.state !== "done" && needs(stage, plan.stage));
  if (pending !== undefined) return { stage, state: "after others", reason: `needs ${pending.stage.name}` };
  try {
    const { isDone, reason, record } = await stageState(folder, stage);
    const seconds = record === undefined ? {} : { seconds: record.seconds };
    return { stage, state: isDone ? "done" : "to run", reason, ...seconds };
  } catch (error) {
    return { stage, state: "stuck", reason: error instanceof Error ? error.message : String(error) };
  }
}
