import { availableParallelism } from "node:os";
import type { Stage } from "../graph/Stage.js";
import type { FindingList, Study } from "../StudyRecord.js";
import { comparisonPath } from "../stages/compareStage.js";
import { crossedModels } from "../stages/summariseStage.js";
import { planTrainings } from "../trainings.js";
import { countImages } from "./countImages.js";
import type { StageEstimate } from "./estimateStages.js";
import { measureStatistics, type StatisticsMeasure } from "./measureStatistics.js";

/** Findings of a list that is not known before the data are read. */
const usualFindings = 14;
/** How often the parts of the patients have every image: by sex, by age and by view. */
const numPartitions = 3;

/** Time of the stages that compare, put together and draw, scaled up from a small measured comparison and drawing. */
export async function estimateResults(
  study: Study,
  stages: readonly Stage[],
): Promise<ReadonlyMap<string, StageEstimate>> {
  const wanted = stages.filter(({ kind }) => kind === "compare" || kind === "summarise" || kind === "report");
  const estimates = new Map<string, StageEstimate>();
  if (wanted.length === 0) return estimates;
  const measured = await measureStatistics(study);
  const planned = planTrainings(study);
  let drawing = 0;
  for (const comparison of planned.comparisons) {
    const counts = await countImages(study, comparison.dataset);
    if (counts === undefined) continue;
    const numFindings = countOf(comparison.trainings[0]?.findings ?? "all");
    const numModels = comparison.trainings.length;
    const seconds = comparing(counts.test * numFindings * numModels * study.replicates, measured);
    const stage = wanted.find(({ outputs }) => outputs.includes(comparisonPath(comparison)));
    if (stage !== undefined) estimates.set(stage.name, { seconds });
    drawing +=
      numFindings * (measured.secondsPerPanel + counts.test * numModels * measured.secondsPerPanelImage);
  }
  const set = (kind: Stage["kind"], seconds: number) => {
    const stage = wanted.find((one) => one.kind === kind);
    if (stage !== undefined && seconds > 0) estimates.set(stage.name, { seconds });
  };
  set("summarise", await crossing(study, measured));
  set("report", drawing);
  return estimates;
}

/** Both statistics side by side, then areas of the parts, as many at a time as there are processors. */
function comparing(units: number, { secondsPerMeasures, secondsPerArea }: StatisticsMeasure): number {
  const lanes = availableParallelism();
  return units * ((2 * secondsPerMeasures) / Math.min(2, lanes) + (numPartitions * secondsPerArea) / lanes);
}

/** Every model on every dataset, by the findings of its own. */
async function crossing(study: Study, { secondsPerArea }: StatisticsMeasure): Promise<number> {
  const { models, targets } = crossedModels(study, planTrainings(study));
  let units = 0;
  for (const target of targets) {
    const counts = await countImages(study, target);
    for (const { findings } of models) units += (counts?.test ?? 0) * countOf(findings) * study.replicates;
  }
  return (units * secondsPerArea) / availableParallelism();
}

function countOf(findings: FindingList): number {
  return findings === "all" ? usualFindings : findings.length;
}
