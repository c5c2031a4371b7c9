import { argv } from "node:process";
import { demoStudy } from "./demoStudy.js";
import { asProgram, clearStudy, runAsProgram } from "./runAsProgram.js";
import type { StudyDataset } from "./Study.js";
import { writeStage } from "./stages/writeStage.js";

const folder = "out/demo";

await asProgram(async (signal) => {
  const study = demoStudy(folder);
  if (argv.includes("--fresh")) await clearStudy(folder);
  await runAsProgram(study, signal, [
    writeStage(study, study.source as StudyDataset, { images: 1000, seed: 1 }),
    writeStage(study, study.target, { images: 500, seed: 2 }),
  ]);
});
