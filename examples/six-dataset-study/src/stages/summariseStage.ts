import { join } from "node:path";
import { adjustComparisons, type Comparison } from "@cxrkit/statistics";
import { crossResults } from "../crossResults.js";
import type { Stage } from "../graph/Stage.js";
import { type ComparisonRecord, readComparison, resultsPath, type StudyResults } from "../results.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import type { PlannedTrainings, Training } from "../trainings.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { comparisonPath } from "./compareStage.js";
import { crossPredictionsPath, predictionsPath } from "./predictStage.js";
import { manifestPath } from "./readStage.js";

/** Puts all comparisons together, adjusts their p values as one family, and makes the table across datasets. */
export function summariseStage(study: Study, planned: PlannedTrainings): Stage {
  const { folder, title, protocol, replicates, seed } = study;
  const { models, targets } = crossedModels(study, planned);
  return {
    name: "summarise",
    kind: "summarise",
    version: 1,
    options: { title, protocol: protocol.name, replicates, seed, labels: protocol.labels },
    inputs: [
      ...planned.comparisons.map(comparisonPath),
      ...models.map(predictionsPath),
      ...targets.map(manifestPath),
      ...models.flatMap((model) =>
        othersOf(model, targets).map((target) => crossPredictionsPath(model, target)),
      ),
    ],
    outputs: [resultsPath],
    async run({ note, progress, signal }) {
      const records: ComparisonRecord[] = [];
      for (const one of planned.comparisons) records.push(await readComparison(folder, comparisonPath(one)));
      const crossed = await crossResults(study, models, targets, { signal, onResult: progress });
      if (models.length > 0 && crossed.sharedFindings.length === 0)
        note("the datasets share no finding, so that no model is tested on another");
      const results: StudyResults = {
        title,
        protocol: protocol.name,
        comparisons: adjustTogether(records),
        ...crossed,
      };
      await writeFileAtomic(join(folder, resultsPath), `${JSON.stringify(results, null, 2)}\n`);
    },
  };
}

/** Models that are tested on other datasets: those of the first comparison, which has the full lists. */
export function crossedModels(
  { crossDatasets, datasets }: Study,
  { comparisons }: PlannedTrainings,
): { readonly models: readonly Training[]; readonly targets: readonly StudyDataset[] } {
  const targets = datasets.filter(({ isSource }) => isSource !== true);
  if (!crossDatasets || targets.length < 2) return { models: [], targets: [] };
  const first = comparisons[0]?.comparison;
  const models = comparisons.filter(({ comparison }) => comparison === first).flatMap((one) => one.trainings);
  return { models, targets };
}

/** The datasets that a model was not trained on. */
export function othersOf({ dataset }: Training, targets: readonly StudyDataset[]): readonly StudyDataset[] {
  return targets.filter(({ label }) => label !== dataset.label);
}

function adjustTogether(records: readonly ComparisonRecord[]): ComparisonRecord[] {
  const byName = records.map((record, i): [string, Comparison] => [String(i), record.comparison]);
  const adjusted = adjustComparisons(Object.fromEntries(byName));
  return records.map((record, i) => ({ ...record, comparison: adjusted[String(i)] as Comparison }));
}
