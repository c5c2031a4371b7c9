import { argv } from "node:process";
import { asProgram } from "./asProgram.js";
import { clearStudy } from "./clearStudy.js";
import { demoStudy } from "./demoStudy.js";
import { runAsProgram } from "./runAsProgram.js";
import type { StudyDataset } from "./Study.js";
import { writeStage } from "./stages/writeStage.js";

const folder = "out/demo";

await asProgram(async (signal) => {
  const study = demoStudy(folder);
  if (argv.includes("--fresh")) await clearStudy(folder, ["data"]);
  await runAsProgram(study, signal, [
    writeStage(study, study.source as StudyDataset, { images: 1000, testFraction: 0.1, seed: 1 }),
    writeStage(study, study.target, { images: 600, testFraction: 0.35, seed: 2 }),
  ]);
});
