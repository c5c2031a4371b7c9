import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exit, stderr } from "node:process";
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

/** What a study keeps in its folder. */
const artefacts = [
  "data",
  "manifests",
  "stores",
  "runs",
  "models",
  "predictions",
  "stages",
  "comparison.json",
  "report.html",
];

/** Deletes what an earlier run of a study left in its folder, and nothing else that is there. */
export async function clearStudy(folder: string): Promise<void> {
  for (const name of artefacts) await rm(join(folder, name), { recursive: true, force: true });
}

/** Runs a program until it ends or is interrupted; an error is one line for a person and exit status 1. */
export async function asProgram(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  process.once("SIGTERM", () => controller.abort());
  try {
    await main(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) {
      stderr.write("\nstopped; the same command goes on from here\n");
      exit(130);
    }
    stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    exit(1);
  }
}
