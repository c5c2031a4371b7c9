import type { Stage } from "./graph/Stage.js";
import { imageSizeOf } from "./modelConfig.js";
import type { Study, StudyDataset } from "./StudyRecord.js";
import { checkStage } from "./stages/checkStage.js";
import { compareStage } from "./stages/compareStage.js";
import { crossStage, predictStage } from "./stages/predictStage.js";
import { prepareStage } from "./stages/prepareStage.js";
import { readStage } from "./stages/readStage.js";
import { reportStage } from "./stages/reportStage.js";
import { crossedModels, othersOf, summariseStage } from "./stages/summariseStage.js";
import { trainStage } from "./stages/trainStage.js";
import { writeStage } from "./stages/writeStage.js";
import { planTrainings } from "./trainings.js";

/**
 * Stages of a study in the order in which they can run. Nothing is read from disk.
 *
 * @throws RangeError if starts, datasets and comparisons do not fit each other.
 */
export function planStudy(study: Study): Stage[] {
  const planned = planTrainings(study);
  const { pretrainings, finetunings, comparisons } = planned;
  if (comparisons.length === 0)
    throw new RangeError(
      `study: at least one dataset must have the lists and starts of a comparison, got ${study.datasets.map(({ label }) => label).join(", ") || "no dataset"}`,
    );
  const trainings = [...pretrainings, ...finetunings];
  const used = study.datasets.filter((dataset) => trainings.some((training) => training.dataset === dataset));
  const sizesOf = (dataset: StudyDataset) => {
    // A model that is tested on this dataset may want other images than one that is trained on it.
    const wanting = trainings.filter((training) => study.crossDatasets || training.dataset === dataset);
    return [...new Set(wanting.map((training) => imageSizeOf(study, training)))];
  };
  const { models, targets } = crossedModels(study, planned);
  return [
    ...used.flatMap((dataset) =>
      dataset.drawing === undefined ? [] : [writeStage(study, dataset, dataset.drawing)],
    ),
    ...used.map((dataset) => readStage(study, dataset)),
    ...(study.checkFiles ? used.map((dataset) => checkStage(study, dataset)) : []),
    ...used.flatMap((dataset) => sizesOf(dataset).map((size) => prepareStage(study, dataset, size))),
    ...pretrainings.map((training) => trainStage(study, training, "pretrain")),
    ...finetunings.flatMap((training) => [
      trainStage(study, training, "finetune"),
      predictStage(study, training),
    ]),
    ...models.flatMap((model) => othersOf(model, targets).map((target) => crossStage(study, model, target))),
    ...comparisons.map((planned) => compareStage(study, planned)),
    summariseStage(study, planned),
    reportStage(study, planned, used),
  ];
}
