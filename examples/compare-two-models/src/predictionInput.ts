import type { CompareModelsInput, Matrix } from "@cxrkit/statistics";
import type { PredictionFile } from "./readPredictionFile.js";

/**
 * What `compareModels` takes, from prediction files; rows are matched by image, findings by name.
 *
 * @throws RangeError if a file lacks an image or a finding of the first, or disagrees with it about a label.
 */
export function predictionInput(files: Readonly<Record<string, PredictionFile>>): CompareModelsInput {
  const [first] = Object.entries(files);
  if (first === undefined) throw new RangeError("predictionInput: files must be at least one, got 0");
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
        `predictionInput: ${name} must have the labels of ${firstName}, got ${own[i]} for ${where}`,
      );
    }
  }
  const models = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, matrix(name, file, "score")]),
  );
  const patients = ids.map((id) => rows.get(id)!.patientId);
  return { labels, models, findings, patients };
}

function cell(name: string, { rows }: PredictionFile, id: string, column: string): number {
  const row = rows.get(id);
  if (row === undefined)
    throw new RangeError(`predictionInput: ${name} must have a row of image ${id}, got none`);
  const value = row.values[column];
  if (value === undefined)
    throw new RangeError(`predictionInput: ${name} must have the column ${column}, got none`);
  return value;
}
