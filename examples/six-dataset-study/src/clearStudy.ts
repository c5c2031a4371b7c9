import { rm } from "node:fs/promises";
import { join } from "node:path";

/** What a study keeps in its folder. */
const artefacts = [
  "manifests",
  "checks",
  "stores",
  "runs",
  "models",
  "predictions",
  "comparisons",
  "stages",
  "locks",
  "plan",
  "report",
  "study.json",
  "results.json",
  "comparison.json",
  "report.html",
];

/** Deletes what an earlier run of a study left in its folder, and `more` of it, and nothing else that is there. */
export async function clearStudy(folder: string, more: readonly string[] = []): Promise<void> {
  for (const name of [...artefacts, ...more]) await rm(join(folder, name), { recursive: true, force: true });
}
