import { planStudy } from "./planStudy.js";
import type { ProgressBar } from "./progressBar.js";
import { runStage } from "./runStage.js";
import type { Study } from "./Study.js";

/** Options of {@link runStudy}. */
export interface RunStudyOptions {
  /** Ends the study before its next piece of work. */
  readonly signal: AbortSignal;
  /** Makes what shows a stage's progress. */
  readonly show: (name: string) => ProgressBar;
}

/** Runs every stage that is not done, in order. A study that was stopped goes on where it was. */
export async function runStudy(study: Study, { signal, show }: RunStudyOptions): Promise<void> {
  for (const stage of await planStudy(study)) {
    signal.throwIfAborted();
    const bar = show(stage.name);
    try {
      bar.finish(await runStage(study.folder, stage, { signal, progress: bar.progress, note: bar.note }));
    } catch (error) {
      bar.finish("stopped");
      throw error;
    }
  }
}
