import { type ReportSection, trainingFigure } from "@cxrkit/report";
import type { Training, TrainingRecord } from "../stages/trainStage.js";

/** How the models were trained, and how that went. */
export async function trainingSection(
  trainings: readonly Training[],
  records: readonly TrainingRecord[],
): Promise<ReportSection> {
  const runs = trainings.map(({ name }, i) => ({
    name,
    epochs: records[i]!.history.map(({ epoch, trainLoss, validationLoss, validationScore }) => ({
      epoch,
      trainingLoss: trainLoss,
      ...(validationLoss === undefined ? {} : { validationLoss }),
      ...(validationScore === undefined ? {} : { validationScore }),
    })),
  }));
  const words = trainings.map(({ name, recipe, checkpoint }, i) => {
    const { numTrainingImages, numValidationImages, bestEpoch } = records[i]!;
    const start = checkpoint === undefined ? "random weights" : checkpoint;
    return `${name}: ${recipe.epochs} epochs from ${start}, ${numTrainingImages} training and ${numValidationImages} validation images, batches of ${recipe.batchSize}, AdamW with a highest learning rate of ${recipe.learningRate} and a weight decay of ${recipe.weightDecay}, weighted cross-entropy. The weights of epoch ${bestEpoch} were kept, the best on the validation images.`;
  });
  return {
    id: "training",
    title: "Training",
    content: [
      await trainingFigure(runs, {
        title: "Loss and validation score by epoch",
        scoreName: "Validation AUROC",
      }),
      ...words,
    ],
  };
}
