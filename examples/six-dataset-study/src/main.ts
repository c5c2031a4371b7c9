import { argv, stdout } from "node:process";
import { asProgram } from "./asProgram.js";
import { clearStudy } from "./clearStudy.js";
import { parseStudy } from "./parseStudy.js";
import { planAsProgram } from "./planAsProgram.js";
import { planStudy } from "./planStudy.js";
import { runAsProgram, wantedStages } from "./runAsProgram.js";
import { usage } from "./usage.js";
import { writeBothReport } from "./writeBothReport.js";
import { writeSlurm } from "./writeSlurm.js";

await asProgram(async (signal) => {
  const request = parseStudy(argv.slice(2));
  if (request.help) {
    stdout.write(usage);
    return;
  }
  const { studies, action, selection, stages, isFresh, isJson } = request;
  for (const study of studies) {
    if (action.do === "plan") {
      await planAsProgram(study, { signal, selection, stages, isJson, measure: action.measure });
      continue;
    }
    if (action.do === "slurm") {
      const wanted = wantedStages(planStudy(study), selection, stages);
      console.log(await writeSlurm(study, wanted, action.slurm));
      continue;
    }
    if (isFresh) await clearStudy(study.folder);
    await runAsProgram(study, { signal, selection, stages, isJson });
  }
  const hasReport = stages.length === 0 || stages.includes("report");
  if (action.do !== "run" || !hasReport) return;
  const page = await writeBothReport(studies);
  if (page === undefined) return;
  console.log(isJson ? JSON.stringify({ event: "both", report: page }) : `both protocols: ${page}`);
});
