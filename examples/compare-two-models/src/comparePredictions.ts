import { type WorkingPoint, youdenThreshold } from "@cxrkit/metrics";
import { type Comparison, compareModels, type Matrix } from "@cxrkit/statistics";
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
  const [first] = Object.entries(files);
  if (first === undefined) throw new RangeError("comparePredictions: files must be at least one, got 0");
  const [firstName, { columns, rows }] = first;
  const ids = [...rows.keys()];
  const findings = columns.flatMap((column) => (column.startsWith("score:") ? [column.slice(6)] : []));
  const matrix = (name: string, file: PredictionFile, kind: string): Matrix => ({
    data: ids.flatMap((id) => findings.map((finding) => cell(name, file, id, `${kind}:${finding}`))),
    rows: ids.length,
    columns: findings.length,
  });
  const labels = matrix(firstName, first[1], "label");
  for (const [name, file] of Object.entries(files)) {
    const own = matrix(name, file, "label").data;
    const i = Array.from(own).findIndex((label, at) => !Object.is(label, labels.data[at]));
    if (i >= 0) {
      const where = `${findings[i % findings.length]} of image ${ids[Math.floor(i / findings.length)]}`;
      throw new RangeError(
        `comparePredictions: ${name} must have the labels of ${firstName}, got ${own[i]} for ${where}`,
      );
    }
  }
  const scores = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, matrix(name, file, "score")]),
  );
  const patients = ids.map((id) => rows.get(id)!.patientId);
  const points = (model: Matrix) =>
    findings.map((_, k) => youdenThreshold(columnOf(labels, k), columnOf(model, k)));
  return {
    comparison: compareModels({ labels, models: scores, findings, patients }, { seed, replicates }),
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

function cell(name: string, { rows }: PredictionFile, id: string, column: string): number {
  const row = rows.get(id);
  if (row === undefined)
    throw new RangeError(`comparePredictions: ${name} must have a row of image ${id}, got none`);
  const value = row.values[column];
  if (value === undefined)
    throw new RangeError(`comparePredictions: ${name} must have the column ${column}, got none`);
  return value;
}
