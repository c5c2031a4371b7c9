import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochRecord } from "@cxrkit/training";
import type { VitConfig } from "@cxrkit/vit";
import type { Normalisation } from "./StudyRecord.js";
import type { Training } from "./trainings.js";

/** What is kept of a training beside its weights: all that is needed to use them, and what the report shows. */
export interface TrainingRecord {
  readonly dataset: string;
  readonly start: string;
  readonly protocol: string;
  /** What the outputs stand for. */
  readonly findings: readonly string[];
  readonly config: VitConfig;
  /** How pixels are normalised; null if they are not. */
  readonly normalisation: Normalisation | null;
  /** Weight of the positive labels of each finding. */
  readonly positiveWeights: readonly number[];
  readonly numTrainingImages: number;
  readonly numValidationImages: number;
  /** Which images chose the epoch. */
  readonly validatedOn: "valid" | "test";
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
  readonly engine: string;
}

/** File of the weights of a training's best epoch. */
export function weightsPath({ model }: Pick<Training, "model">): string {
  return `models/${model}.safetensors`;
}

/** File of a training's record. */
export function trainingRecordPath({ model }: Pick<Training, "model">): string {
  return `models/${model}.json`;
}

/** Reads a training's record. */
export async function readTraining(
  folder: string,
  training: Pick<Training, "model">,
): Promise<TrainingRecord> {
  return JSON.parse(await readFile(join(folder, trainingRecordPath(training)), "utf8")) as TrainingRecord;
}
