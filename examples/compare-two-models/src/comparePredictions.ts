import { type WorkingPoint, youdenThreshold } from "@cxrkit/metrics";
import { type Comparison, compareModels, type Matrix } from "@cxrkit/statistics";
import { predictionInput } from "./predictionInput.js";
import type { PredictionFile } from "./readPredictionFile.js";

/** What {@link comparePredictions} finds. */
export interface PredictionComparison {
  readonly comparison: Comparison;
  readonly findings: readonly string[];
  /** `[images × findings]`, in the order of the first file. */
  readonly labels: Matrix;
  /** Scores by model, of the same shape. */
  readonly scores: Readonly<Record<string, Matrix>>;
  /** Working point of each model for each finding, in the order of the findings. */
  readonly workingPoints: Readonly<Record<string, readonly WorkingPoint[]>>;
}

/**
 * Compares models by their prediction files; rows are matched by image, findings by name.
 *
 * @throws RangeError if a file lacks an image or a finding of the first, or disagrees with it about a label.
 */
export function comparePredictions(
  files: Readonly<Record<string, PredictionFile>>,
  { seed, replicates = 1000 }: { readonly seed: number; readonly replicates?: number },
): PredictionComparison {
  const input = predictionInput(files);
  const { labels, models: scores, findings } = input;
  const points = (model: Matrix) =>
    findings.map((_, k) => youdenThreshold(columnOf(labels, k), columnOf(model, k)));
  return {
    comparison: compareModels(input, { seed, replicates }),
    findings,
    labels,
    scores,
    workingPoints: Object.fromEntries(Object.entries(scores).map(([name, model]) => [name, points(model)])),
  };
}

/** One finding's values. */
export function columnOf({ data, rows, columns }: Matrix, k: number): number[] {
  return Array.from({ length: rows }, (_, row) => data[row * columns + k] as number);
}
