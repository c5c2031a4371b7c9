import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatasetDescription } from "@cxrkit/datasets";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { readStageRecords, type StageRecord } from "../graph/StageRecord.js";
import { type ComparisonRecord, readResults, type StudyResults } from "../results.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { predictionsPath } from "../stages/predictStage.js";
import { readDescription } from "../stages/readStage.js";
import { readTraining, type TrainingRecord } from "../TrainingRecord.js";
import type { PlannedComparison, PlannedTrainings, Training } from "../trainings.js";

/** A comparison with all that the report shows of it. */
export interface ComparedModels {
  readonly planned: PlannedComparison;
  readonly record: ComparisonRecord;
  /** Predictions by start. */
  readonly predictions: ReadonlyMap<string, Table>;
}

/** All that a report is made from. */
export interface ReportMaterial {
  readonly study: Study;
  readonly results: StudyResults;
  readonly compared: readonly ComparedModels[];
  readonly datasets: readonly { readonly dataset: StudyDataset; readonly description: DatasetDescription }[];
  readonly trainings: readonly { readonly training: Training; readonly record: TrainingRecord }[];
  /** What the stages left on record, for hashes. */
  readonly stages: readonly StageRecord[];
}

/** Reads what a report is made from. */
export async function readMaterial(
  study: Study,
  datasets: readonly StudyDataset[],
  { pretrainings, finetunings, comparisons }: PlannedTrainings,
): Promise<ReportMaterial> {
  const { folder } = study;
  const results = await readResults(folder);
  const compared: ComparedModels[] = [];
  for (const [i, planned] of comparisons.entries()) {
    const predictions = new Map<string, Table>();
    for (const training of planned.trainings)
      predictions.set(training.start.name, await readPredictions(join(folder, predictionsPath(training))));
    compared.push({ planned, record: results.comparisons[i]!, predictions });
  }
  const trainings = [...pretrainings, ...finetunings].map(async (training) => ({
    training,
    record: await readTraining(folder, training),
  }));
  const described = datasets.map(async (dataset) => ({
    dataset,
    description: await readDescription(folder, dataset),
  }));
  return {
    study,
    results,
    compared,
    datasets: await Promise.all(described),
    trainings: await Promise.all(trainings),
    stages: await readStageRecords(folder, await readdir(join(folder, "stages"))),
  };
}
