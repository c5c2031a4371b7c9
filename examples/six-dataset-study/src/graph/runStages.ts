import type { StageHolder } from "./lockStage.js";
import { runStage } from "./runStage.js";
import type { Stage, StageContext } from "./Stage.js";

/** How a stage ended for this process. */
export type StageOutcome = "done" | "skipped" | "stopped" | "failed" | "held" | "waiting";

/** What shows a stage while it runs. */
export interface StageView extends Pick<StageContext, "progress" | "note"> {
  /** Ends the view with the line that stays. */
  readonly finish: (outcome: StageOutcome) => void;
}

/** Options of {@link runStages}. */
export interface RunStagesOptions {
  /** Ends the study before its next piece of work. */
  readonly signal: AbortSignal;
  /** Makes what shows a stage's progress. */
  readonly show: (name: string) => StageView;
}

/**
 * Runs every stage that is not done, in order. What was stopped goes on where it was. A stage that fails, or that another
 * process runs, holds up only those that need its files: the others are run, and the error comes at the end.
 *
 * @throws Error with what failed and what others run; the signal's reason; at once if the disk is full.
 */
export async function runStages(
  folder: string,
  stages: readonly Stage[],
  { signal, show }: RunStagesOptions,
): Promise<void> {
  const absent = new Set<string>();
  const errors: Error[] = [];
  let numWaiting = 0;
  for (const stage of stages) {
    signal.throwIfAborted();
    const view = show(stage.name);
    if (stage.inputs.some((path) => absent.has(path))) {
      for (const path of stage.outputs) absent.add(path);
      numWaiting++;
      view.finish("waiting");
      continue;
    }
    try {
      const outcome = await runStage(folder, stage, { signal, progress: view.progress, note: view.note });
      view.finish(typeof outcome === "string" ? outcome : "held");
      if (typeof outcome === "string") continue;
      errors.push(heldError(stage, outcome));
    } catch (error) {
      view.finish(signal.aborted ? "stopped" : "failed");
      if (signal.aborted || (error as NodeJS.ErrnoException).code === "ENOSPC") throw error;
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
    for (const path of stage.outputs) absent.add(path);
  }
  if (errors.length > 0) throw allOf(errors, numWaiting);
}

function heldError({ name }: Stage, { host, pid, since }: StageHolder): Error {
  return new Error(
    `stage ${name}: it must not be run twice at a time, got process ${pid} on ${host}, which has run it since ${since}; wait for it`,
  );
}

function allOf(errors: readonly Error[], numWaiting: number): Error {
  const lines = errors.map(({ message }) => message);
  if (numWaiting > 0) lines.push(`${numWaiting} stages wait for ${errors.length === 1 ? "it" : "these"}`);
  return new Error(lines.join("\n"), { cause: errors[0] });
}
