import { rm } from "node:fs/promises";
import { join } from "node:path";

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
