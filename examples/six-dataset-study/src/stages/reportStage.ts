import { join } from "node:path";
import { openImageStore } from "@cxrkit/datasets";
import { htmlReport } from "@cxrkit/report";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { dataSection } from "../report/dataSection.js";
import { imageSection } from "../report/imageSection.js";
import { provenanceOf } from "../report/provenanceOf.js";
import { resultSections } from "../report/resultSections.js";
import { summaryOf } from "../report/summaryOf.js";
import { trainingSection } from "../report/trainingSection.js";
import type { Stage } from "../Stage.js";
import type { Study } from "../Study.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { comparisonPath, readComparison } from "./compareStage.js";
import { predictionsPath } from "./predictStage.js";
import { storePath } from "./prepareStage.js";
import { descriptionPath, readDescription } from "./readStage.js";
import { finetuning, pretraining, readTraining, type Training, trainingRecordPath } from "./trainStage.js";

/** Everything that a person looks at, in one page. */
export function reportStage(study: Study): Stage {
  const { folder, starts, title, target, source, notices, command } = study;
  const trainings: Training[] = starts.map((start) => finetuning(study, start));
  const hasPretraining = starts.some(({ from }) => from === "pretraining");
  if (hasPretraining) trainings.unshift(pretraining(study));
  const datasets = hasPretraining && source !== undefined ? [source, target] : [target];
  const store = storePath(study, target);
  return {
    name: "report",
    version: 1,
    options: { title, notices, command, preset: study.preset, recipe: study.finetuning, seed: study.seed },
    inputs: [
      comparisonPath,
      store,
      ...datasets.map(descriptionPath),
      ...trainings.map(trainingRecordPath),
      ...starts.map(predictionsPath),
    ],
    outputs: ["report.html"],
    async run() {
      const result = await readComparison(folder);
      const tables = new Map<string, Table>();
      for (const start of starts)
        tables.set(start.name, await readPredictions(join(folder, predictionsPath(start))));
      const records = await Promise.all(trainings.map((training) => readTraining(folder, training)));
      const descriptions = await Promise.all(datasets.map((dataset) => readDescription(folder, dataset)));
      const images = await openImageStore(join(folder, store));
      try {
        const html = htmlReport({
          title,
          summary: [...summaryOf(result), ...notices],
          generated: `Made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC by ${command}`,
          sections: [
            ...(await resultSections(result, tables)),
            await imageSection(images, [...tables][0]!),
            await trainingSection(trainings, records),
            dataSection(datasets, descriptions),
          ],
          provenance: provenanceOf(study, records[0]?.engine ?? "", descriptions),
        });
        await writeFileAtomic(join(folder, "report.html"), html);
      } finally {
        await images.close();
      }
    },
  };
}
