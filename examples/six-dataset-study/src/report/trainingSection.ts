import { type ReportSection, trainingFigure } from "@cxrkit/report";
import type { ReportMaterial } from "./ReportMaterial.js";

/** How the models were trained, and how that went. */
export async function trainingSection({ trainings, study }: ReportMaterial): Promise<ReportSection> {
  const runs = trainings.map(({ training, record }) => ({
    name: training.name,
    epochs: record.history.map(({ epoch, trainLoss, validationLoss, validationScore }) => ({
      epoch,
      trainingLoss: trainLoss,
      ...(validationLoss === undefined ? {} : { validationLoss }),
      ...(validationScore === undefined ? {} : { validationScore }),
    })),
  }));
  const chosen =
    study.protocol.monitor === "loss" ? "that of the lowest loss" : "that of the highest mean AUROC";
  const words = trainings.map(({ training: { name, recipe, checkpoint }, record }) => {
    const { numTrainingImages, numValidationImages, bestEpoch, validatedOn, normalisation } = record;
    const rate = recipe.schedule === "cosine" ? "a highest learning rate" : "a constant learning rate";
    return `${name}: ${recipe.epochs} epochs from ${checkpoint ?? "random weights"}, ${numTrainingImages} training and ${numValidationImages} ${validatedOn === "test" ? "test images, which validate as published" : "validation images"}, batches of ${recipe.batchSize}, AdamW with ${rate} of ${recipe.learningRate} and a weight decay of ${recipe.weightDecay}, weighted cross-entropy; pixels ${normalisation === null ? "in [0, 1]" : "normalised as the start wants them"}. The weights of epoch ${bestEpoch} were kept, ${chosen} on those images.`;
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
