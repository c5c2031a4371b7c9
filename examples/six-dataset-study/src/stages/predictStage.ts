import { join } from "node:path";
import type { Stage } from "../graph/Stage.js";
import { imageSizeOf } from "../modelConfig.js";
import { predictSplit } from "../predictSplit.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { trainingRecordPath, weightsPath } from "../TrainingRecord.js";
import type { Training } from "../trainings.js";
import { storePath } from "./prepareStage.js";

/** File of a model's scores of its own test images. */
export function predictionsPath({ model }: Pick<Training, "model">): string {
  return `predictions/${model}.arrow`;
}

/** File of a model's scores of its validation images. */
export function validationPredictionsPath({ model }: Pick<Training, "model">): string {
  return `predictions/${model}-valid.arrow`;
}

/** File of a model's scores of another dataset's test images. */
export function crossPredictionsPath({ model }: Pick<Training, "model">, { label }: StudyDataset): string {
  return `predictions/${model}-on-${label}.arrow`;
}

/** Scores the test images, and the validation images where thresholds are taken from them. */
export function predictStage(study: Study, training: Training): Stage {
  const { folder, engine, protocol } = study;
  const { dataset, start } = training;
  const store = storePath(dataset, imageSizeOf(study, training));
  const isFrozen = protocol.threshold === "frozen";
  const test = predictionsPath(training);
  const valid = validationPredictionsPath(training);
  return {
    name: training.name.replace(/^finetune/, "predict"),
    kind: "predict",
    dataset: dataset.label,
    starts: [start.name],
    version: 3,
    options: { engine, threshold: protocol.threshold, labels: protocol.labels },
    inputs: [store, weightsPath(training), trainingRecordPath(training)],
    outputs: isFrozen ? [test, valid] : [test],
    async run(context) {
      const from = { dataset, store: join(folder, store) };
      await predictSplit(study, training, { ...from, split: "test", to: join(folder, test) }, context);
      if (isFrozen)
        await predictSplit(study, training, { ...from, split: "valid", to: join(folder, valid) }, context);
    },
  };
}

/** Scores the test images of another dataset. */
export function crossStage(study: Study, training: Training, target: StudyDataset): Stage {
  const { folder, engine, protocol } = study;
  const store = storePath(target, imageSizeOf(study, training));
  const to = crossPredictionsPath(training, target);
  return {
    name: `${training.name.replace(/^finetune/, "cross")} on ${target.label}`,
    kind: "cross",
    dataset: training.dataset.label,
    starts: [training.start.name],
    version: 1,
    options: { engine, labels: protocol.labels },
    inputs: [store, weightsPath(training), trainingRecordPath(training)],
    outputs: [to],
    run: (context) =>
      predictSplit(
        study,
        training,
        { dataset: target, store: join(folder, store), split: "test", to: join(folder, to) },
        context,
      ),
  };
}
