import type { Stage } from "./Stage.js";
import type { Study } from "./Study.js";
import { compareStage } from "./stages/compareStage.js";
import { predictStage } from "./stages/predictStage.js";
import { prepareStage } from "./stages/prepareStage.js";
import { readStage } from "./stages/readStage.js";
import { reportStage } from "./stages/reportStage.js";
import { finetuning, pretraining, trainStage } from "./stages/trainStage.js";

/** Stages of a study in the order in which they can run. */
export async function planStudy(study: Study): Promise<Stage[]> {
  const { target, source, starts } = study;
  const needsSource = starts.some(({ from }) => from === "pretraining");
  const datasets = needsSource && source !== undefined ? [source, target] : [target];
  const stages: Stage[] = [];
  for (const dataset of datasets) stages.push(await readStage(study, dataset));
  for (const dataset of datasets) stages.push(prepareStage(study, dataset));
  if (needsSource) stages.push(trainStage(study, pretraining(study)));
  for (const start of starts) {
    stages.push(trainStage(study, finetuning(study, start)), predictStage(study, start));
  }
  stages.push(compareStage(study), reportStage(study));
  return stages;
}
