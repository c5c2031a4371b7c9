import { argv, stdout } from "node:process";
import { asProgram } from "./asProgram.js";
import { clearStudy } from "./clearStudy.js";
import { parseStudy, usage } from "./parseStudy.js";
import { runAsProgram } from "./runAsProgram.js";

await asProgram(async (signal) => {
  const request = parseStudy(argv.slice(2));
  if (request.help) {
    stdout.write(usage);
    return;
  }
  if (request.isFresh) await clearStudy(request.study.folder);
  await runAsProgram(request.study, signal);
});
