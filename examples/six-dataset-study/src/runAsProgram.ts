import { resolve } from "node:path";
import { planStudy } from "./planStudy.js";
import { progressBar } from "./progressBar.js";
import { resultsTable } from "./resultsTable.js";
import { runStages } from "./runStages.js";
import type { Stage } from "./Stage.js";
import type { Study } from "./Study.js";
import { readComparison } from "./stages/compareStage.js";

/** Runs a study for a person at a terminal: progress, the table of results, and the report's path last. */
export async function runAsProgram(
  study: Study,
  signal: AbortSignal,
  before: readonly Stage[] = [],
): Promise<void> {
  const { folder } = study;
  console.log(`\n${study.title}\n`);
  await runStages(folder, before, { signal, show: progressBar });
  await runStages(folder, await planStudy(study), { signal, show: progressBar });
  console.log(`\n${resultsTable(await readComparison(folder))}`);
  for (const notice of study.notices) console.log(notice);
  console.log(`\nreport: ${resolve(folder, "report.html")}`);
}
