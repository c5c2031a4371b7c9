import type { Stage } from "../graph/Stage.js";
import { modelConfig } from "../modelConfig.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { planTrainings, type Training } from "../trainings.js";
import { countImages, type ImageCounts } from "./countImages.js";
import { estimateResults } from "./estimateResults.js";
import { measureTraining } from "./measureTraining.js";

/** What a stage would take; what is not there is not known. */
export interface StageEstimate {
  readonly seconds?: number;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
}

/** Images prepared a second, where nothing was measured: high-resolution files on two cores. */
const assumedPreparedPerSecond = 40;

/**
 * Time, memory and disk of a study's stages. Trainings and predictions are scaled up from a few measured updates of each
 * model on the study's engine, comparisons and the report from a small one; the time of preparing is an assumption; stages
 * that take moments have no estimate.
 *
 * @returns By stage's name.
 */
export async function estimateStages(
  study: Study,
  stages: readonly Stage[],
  { measure, note }: { readonly measure: boolean; readonly note: (line: string) => void },
): Promise<ReadonlyMap<string, StageEstimate>> {
  const { pretrainings, finetunings } = planTrainings(study);
  const estimates = new Map<string, StageEstimate>();
  const wanted = new Set(stages.map(({ name }) => name));
  for (const dataset of study.datasets) {
    const counts = await countImages(study, dataset);
    if (counts === undefined) continue;
    for (const stage of stages.filter(({ kind, dataset: of }) => kind === "prepare" && of === dataset.label))
      estimates.set(stage.name, preparing(stage, counts));
  }
  if (!measure) return estimates;
  for (const [name, estimate] of await estimateResults(study, stages)) estimates.set(name, estimate);
  for (const training of [...pretrainings, ...finetunings].filter(({ name }) => wanted.has(name))) {
    const counts = await countImages(study, training.dataset);
    if (counts === undefined) continue;
    try {
      await addTraining(study, training, counts, estimates);
    } catch (error) {
      note(`${training.name} cannot be measured: ${(error as Error).message}`);
    }
  }
  return estimates;
}

function preparing({ options }: Stage, { train, valid, test }: ImageCounts): StageEstimate {
  const numImages = train + valid + test;
  const side = options.imageSize as number;
  return { seconds: numImages / assumedPreparedPerSecond, diskBytes: numImages * side * side };
}

async function addTraining(
  study: Study,
  training: Training,
  { train, valid, test }: ImageCounts,
  estimates: Map<string, StageEstimate>,
): Promise<void> {
  const { recipe, findings, name } = training;
  const numOutputs = findings === "all" ? 14 : findings.length;
  const config = await modelConfig(study, training, numOutputs);
  const measured = await measureTraining(study, config, recipe);
  const { secondsPerTrainingImage, secondsPerScoredImage, memoryBytes, diskBytes } = measured;
  const validating = study.protocol.validation === "test" ? test : valid;
  const epoch = train * secondsPerTrainingImage + validating * secondsPerScoredImage;
  estimates.set(name, { seconds: recipe.epochs * epoch, memoryBytes, diskBytes });
  // What is pretrained is neither tested nor compared.
  if (!name.startsWith("finetune")) return;
  const scored = study.protocol.threshold === "frozen" ? test + valid : test;
  estimates.set(name.replace(/^finetune/, "predict"), { seconds: scored * secondsPerScoredImage });
  for (const target of othersOf(study, training)) {
    const counts = await countImages(study, target);
    if (counts !== undefined)
      estimates.set(`${name.replace(/^finetune/, "cross")} on ${target.label}`, {
        seconds: counts.test * secondsPerScoredImage,
      });
  }
}

function othersOf({ datasets }: Study, { dataset }: Training): readonly StudyDataset[] {
  return datasets.filter(({ label }) => label !== dataset.label);
}
