import type { ProgressBar } from "./progressBar.js";
import { runStage } from "./runStage.js";
import type { Stage } from "./Stage.js";

/** Options of {@link runStages}. */
export interface RunStagesOptions {
  /** Ends the study before its next piece of work. */
  readonly signal: AbortSignal;
  /** Makes what shows a stage's progress. */
  readonly show: (name: string) => ProgressBar;
}

/** Runs every stage that is not done, in order. What was stopped goes on where it was. */
export async function runStages(
  folder: string,
  stages: readonly Stage[],
  { signal, show }: RunStagesOptions,
): Promise<void> {
  for (const stage of stages) {
    signal.throwIfAborted();
    const bar = show(stage.name);
    try {
      bar.finish(await runStage(folder, stage, { signal, progress: bar.progress, note: bar.note }));
    } catch (error) {
      bar.finish("stopped");
      throw error;
    }
  }
}
