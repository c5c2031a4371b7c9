import { argv } from "node:process";
import { asProgram } from "./asProgram.js";
import { clearStudy } from "./clearStudy.js";
import { runAsProgram } from "./runAsProgram.js";
import { demoStudy } from "./study.js";

const folder = "out/demo";

await asProgram(async (signal) => {
  if (argv.includes("--fresh")) await clearStudy(folder, ["data"]);
  await runAsProgram(demoStudy(folder), { signal });
});
