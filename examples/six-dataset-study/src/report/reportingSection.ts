import { claimChecklist, comparisonTable, modelCard, type ReportSection } from "@cxrkit/report";
import type { ComparedModels, ReportMaterial } from "./ReportMaterial.js";

/** A card for the models of each comparison, and the checklist for articles with what a run knows filled in. */
export function reportingSection(material: ReportMaterial): ReportSection {
  return {
    id: "reporting",
    title: "For an article",
    lead: "What is marked as open is for a person to fill in.",
    content: [
      ...material.compared.map((compared) => card(material, compared)),
      claimChecklist(claimAnswers(material)),
    ],
  };
}

function card({ study, datasets }: ReportMaterial, { planned, record }: ComparedModels) {
  const { dataset, comparison } = planned;
  const description = datasets.find((known) => known.dataset === dataset)?.description;
  const { licence = "not known", citation = "not known" } = description?.metadata ?? {};
  const trained = planned.trainings.map(
    ({ start }) => `${start.name} (${start.model ?? "shape of its file"})`,
  );
  return modelCard({
    name: `${dataset.label}: ${comparison.starts.join(", ")}`,
    details: [
      { label: "Models", value: trained.join(", ") },
      { label: "Protocol", value: study.protocol.name },
      { label: "Seed", value: String(study.seed) },
    ],
    intendedUse: [
      "Research on where to begin the training of classifiers of chest radiographs. Not for patients: no use in diagnosis or care was tested.",
    ],
    factors: [
      "Sex, age and view of the images; the results by these stand in the section of the comparison.",
    ],
    metrics: [
      `Area under the ROC curve with intervals from ${record.comparison.method.replicates} resamples of ${record.comparison.method.resampled}; thresholds ${record.thresholds === undefined ? "fitted to the test images, as published" : "from the validation images"}.`,
    ],
    evaluationData: [`${record.numImages} test images of ${dataset.label}.`],
    trainingData: [
      `The training part of ${dataset.label}. Terms of use: ${licence}. Please cite: ${citation}.`,
    ],
    quantitativeAnalyses: [
      comparisonTable(record.comparison, { caption: `${dataset.label}: AUROC by finding` }),
    ],
  });
}

/** Answers by the number of the checklist's item. */
function claimAnswers({ study, datasets, results, trainings }: ReportMaterial): Record<number, string> {
  const { protocol, seed } = study;
  const names = datasets.map(({ dataset }) => dataset.label).join(", ");
  const sizes = datasets.map(
    ({ dataset, description }) =>
      `${dataset.label} ${description.images} images of ${description.patients} patients`,
  );
  const isPublished = protocol.name === "as-published";
  return {
    5: "Retrospective, on collections that others made",
    7: names,
    8: "As the readers of the collections say; what is left out is in the section Flow of the study",
    9: `Recipe ${protocol.preparation(false).name} of @cxrkit/datasets, ${study.imageSize} px`,
    12: `Uncertain labels: ${protocol.labels.uncertain}; missing ones: ${protocol.labels.missing}`,
    19: `Official splits, or patients drawn with seed ${seed}`,
    20: "Patients",
    22: [...new Set(trainings.map(({ training }) => training.start.model ?? "shape of the file"))].join(", "),
    23: "cxrkit; versions are at the foot of this report",
    24: study.starts.map(({ name, weights }) => `${name}: ${weights.from}`).join("; "),
    25: "The section Training",
    26: isPublished
      ? "Epoch of the lowest loss on the test images, as published"
      : "Best epoch on validation patients",
    28: "Area under the ROC curve, average precision, accuracy, sensitivity, specificity, F1",
    29: isPublished
      ? "Bootstrap of images, one-sided p values, as published; corrected statistics beside them"
      : "Bootstrap of patients, two-sided p values adjusted over all tests",
    30: "Results by sex, age and view",
    31: "Attention rollout, in the section Where the models look",
    32: "Test part of each collection",
    ...(results.cross.length > 0 ? { 33: "Each model on the other collections" } : {}),
    35: sizes.join("; "),
    37: "The section Results",
  };
}
