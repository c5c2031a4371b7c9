import { type WorkingPoint, youdenThreshold } from "@cxrkit/metrics";
import { type Comparison, compareModels, type Matrix } from "@cxrkit/statistics";
import { parse } from "csv-parse/sync";

/** What {@link comparePredictions} finds. */
export interface PredictionComparison {
  readonly comparison: Comparison;
  /** Working point of each model for each finding, in the order of the findings. */
  readonly workingPoints: Readonly<Record<string, readonly WorkingPoint[]>>;
}

type Row = Readonly<Record<string, string>>;

/**
 * Compares models by the text of their prediction files: CSV with the columns `imageId`, `patientId`, and for each
 * finding `label:<finding>` (1, 0, or empty where not known) and `score:<finding>`. Rows are matched by image.
 *
 * @throws RangeError if a file lacks a column or an image, or disagrees with the first about a label.
 */
export function comparePredictions(
  files: Readonly<Record<string, string>>,
  { seed, replicates = 1000 }: { readonly seed: number; readonly replicates?: number },
): PredictionComparison {
  const tables = Object.entries(files).map(([name, text]) => [name, readRows(name, text)] as const);
  const [[first, rows]] = tables as [(typeof tables)[number]];
  const ids = [...rows.keys()];
  const header = Object.keys(rows.values().next().value ?? {});
  const findings = header.flatMap((name) => (name.startsWith("score:") ? [name.slice(6)] : []));
  const matrix = (name: string, table: ReadonlyMap<string, Row>, kind: string): Matrix => ({
    data: ids.flatMap((id) => findings.map((finding) => cell(name, table, id, `${kind}:${finding}`))),
    rows: ids.length,
    columns: findings.length,
  });
  const labels = matrix(first, rows, "label");
  for (const [name, table] of tables) {
    const own = matrix(name, table, "label");
    const i = Array.from(own.data).findIndex((label, at) => !Object.is(label, labels.data[at]));
    if (i >= 0) {
      const where = `${findings[i % findings.length]} of image ${ids[Math.floor(i / findings.length)]}`;
      throw new RangeError(
        `comparePredictions: ${name} must have the labels of ${first}, got ${own.data[i]} for ${where}`,
      );
    }
  }
  const models = Object.fromEntries(tables.map(([name, table]) => [name, matrix(name, table, "score")]));
  const patients = ids.map((id) => rows.get(id)?.patientId ?? id);
  const column = ({ data, columns }: Matrix, k: number) =>
    Array.from(data).filter((_, i) => i % columns === k);
  return {
    comparison: compareModels({ labels, models, findings, patients }, { seed, replicates }),
    workingPoints: Object.fromEntries(
      Object.entries(models).map(([name, scores]) => [
        name,
        findings.map((_, k) => youdenThreshold(column(labels, k), column(scores, k))),
      ]),
    ),
  };
}

function readRows(name: string, text: string): ReadonlyMap<string, Row> {
  const rows: Row[] = parse(text, { columns: true, skip_empty_lines: true });
  if (rows.length === 0) throw new RangeError(`comparePredictions: ${name} must have rows, got none`);
  if (rows[0]?.imageId === undefined) {
    throw new RangeError(
      `comparePredictions: ${name} must have the column imageId, got ${Object.keys(rows[0] ?? {}).join(", ")}`,
    );
  }
  return new Map(rows.map((row) => [row.imageId as string, row]));
}

function cell(name: string, table: ReadonlyMap<string, Row>, id: string, column: string): number {
  const row = table.get(id);
  if (row === undefined)
    throw new RangeError(`comparePredictions: ${name} must have a row of image ${id}, got none`);
  const text = row[column];
  if (text === undefined)
    throw new RangeError(`comparePredictions: ${name} must have the column ${column}, got none`);
  return text === "" ? Number.NaN : Number(text);
}
