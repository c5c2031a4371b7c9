import { resolve } from "node:path";
import { claimFolder } from "./claimFolder.js";
import { runStages } from "./graph/runStages.js";
import type { Stage } from "./graph/Stage.js";
import { type StageSelection, selectStages } from "./graph/selectStages.js";
import { jsonEvents } from "./jsonEvents.js";
import { planStudy } from "./planStudy.js";
import { progressBars } from "./progressBar.js";
import { readResults } from "./results.js";
import { resultsText } from "./resultsText.js";
import type { Study } from "./StudyRecord.js";

/** Which stages a program runs, and how it speaks. */
export interface RunAsProgramOptions {
  readonly signal: AbortSignal;
  /** @defaultValue all */
  readonly selection?: StageSelection;
  /** The only stages to run, by name. @defaultValue none, which is all */
  readonly stages?: readonly string[];
  /** Whether to print JSON. @defaultValue `false` */
  readonly isJson?: boolean;
}

/** Runs a study for a person at a terminal: progress, the table of results, and the report's path last. */
export async function runAsProgram(
  study: Study,
  { signal, selection = {}, stages: names = [], isJson = false }: RunAsProgramOptions,
): Promise<void> {
  const { folder } = study;
  const stages = wantedStages(planStudy(study), selection, names);
  await claimFolder(study);
  if (!isJson) console.log(`\n${study.title}\nprotocol: ${study.protocol.name}\n`);
  const labelWidth = Math.max(24, ...stages.map(({ name }) => name.length + 2));
  await runStages(folder, stages, {
    signal,
    show: isJson ? jsonEvents(console.log) : progressBars(labelWidth),
  });
  if (!stages.some(({ kind }) => kind === "report")) return;
  const results = await readResults(folder);
  const report = resolve(folder, "report.html");
  if (isJson) {
    console.log(JSON.stringify({ event: "result", report, results: resolve(folder, "results.json") }));
    return;
  }
  console.log(`\n${resultsText(results)}`);
  for (const notice of study.notices) console.log(notice);
  console.log(`\nreport: ${report}`);
}

/** The selected stages, or those of the given names and no other. */
export function wantedStages(
  stages: readonly Stage[],
  selection: StageSelection,
  names: readonly string[],
): readonly Stage[] {
  if (names.length === 0) return selectStages(stages, selection);
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined)
    throw new RangeError(`study: --stage must name a stage of the plan, got ${unknown}; --plan lists them`);
  return stages.filter(({ name }) => names.includes(name));
}
