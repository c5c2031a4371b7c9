import { resolve } from "node:path";
import { planStages, type StagePlan } from "./graph/planStages.js";
import type { StageSelection } from "./graph/selectStages.js";
import { estimateStages, type StageEstimate } from "./plan/estimateStages.js";
import { planStudy } from "./planStudy.js";
import { wantedStages } from "./runAsProgram.js";
import type { Study } from "./StudyRecord.js";

/** Which stages are planned, and how the plan is printed. */
export interface PlanAsProgramOptions {
  readonly signal: AbortSignal;
  readonly selection: StageSelection;
  readonly stages: readonly string[];
  /** Whether to print JSON. */
  readonly isJson: boolean;
  /** Whether a few updates are timed. */
  readonly measure: boolean;
}

/** Prints the stages of a study, in order, with their state and what they would take. Runs none of them. */
export async function planAsProgram(study: Study, options: PlanAsProgramOptions): Promise<void> {
  const stages = wantedStages(planStudy(study), options.selection, options.stages);
  const plans = await planStages(study.folder, stages);
  const { signal, measure, isJson } = options;
  signal.throwIfAborted();
  const notes: string[] = [];
  const estimates = await estimateStages(study, stages, { measure, note: (line) => notes.push(line) });
  for (const line of isJson
    ? jsonLines(study, plans, estimates)
    : textLines(study, plans, estimates, measure))
    console.log(line);
  if (!isJson) for (const note of [...notes, ...study.notices]) console.log(note);
}

function jsonLines(
  study: Study,
  plans: readonly StagePlan[],
  estimates: ReadonlyMap<string, StageEstimate>,
): string[] {
  const head = {
    event: "plan",
    title: study.title,
    protocol: study.protocol.name,
    folder: resolve(study.folder),
  };
  const lines = plans.map(({ stage, state, reason, holder }) => ({
    event: "stage",
    stage: stage.name,
    kind: stage.kind,
    state,
    reason,
    holder,
    estimate: estimates.get(stage.name),
    inputs: stage.inputs,
    outputs: stage.outputs,
  }));
  return [head, ...lines].map((line) => JSON.stringify(line));
}

function textLines(
  study: Study,
  plans: readonly StagePlan[],
  estimates: ReadonlyMap<string, StageEstimate>,
  measured: boolean,
): string[] {
  const width = Math.max(...plans.map(({ stage }) => stage.name.length)) + 2;
  const header = `${"stage".padEnd(width)}${"time".padStart(9)}${"memory".padStart(9)}${"disk".padStart(9)}  state`;
  const rows = plans.map(({ stage, state, reason }) => {
    const { seconds, memoryBytes, diskBytes } = estimates.get(stage.name) ?? {};
    const numbers = [duration(seconds), bytes(memoryBytes), bytes(diskBytes)].map((text) => text.padStart(9));
    return `${stage.name.padEnd(width)}${numbers.join("")}  ${state}${reason === "" ? "" : `: ${reason}`}`;
  });
  const open = plans.filter(({ state }) => state !== "done");
  const sum = (key: keyof StageEstimate) =>
    open.reduce((total, { stage }) => total + (estimates.get(stage.name)?.[key] ?? 0), 0);
  const how = measured
    ? "Time, memory and disk of trainings from a few measured updates, of comparisons and report from small ones; preparing at an assumed 40 images/s."
    : "Without --no-measure a few updates of each model and a small comparison are timed.";
  return [
    `\n${study.title}\nprotocol: ${study.protocol.name}, folder: ${resolve(study.folder)}\n`,
    header,
    ...rows,
    `\n${plans.length} stages, ${open.length} not done: ${duration(sum("seconds"))} one after the other, ${bytes(sum("diskBytes"))} on disk`,
    how,
  ];
}

function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "–";
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return seconds < 360_000 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function bytes(count: number | undefined): string {
  if (count === undefined) return "–";
  return count < 1e9 ? `${Math.ceil(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
