import type { Matrix } from "@cxrkit/statistics";
import type { Table } from "apache-arrow";

/** Labels and scores of some findings of a table of predictions, as `statistics` wants them. */
export interface PredictionMatrices {
  /** 1, 0, or NaN where not known. */
  readonly labels: Matrix;
  readonly scores: Matrix;
  readonly patients: readonly string[];
}

/** Findings of a table of predictions, in its order. */
export function predictedFindings({ schema }: Table): string[] {
  const prefix = "score:";
  return schema.fields.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

/** Takes the columns of some findings out of a table of predictions, all rows or some. */
export function predictionMatrices(
  table: Table,
  findings: readonly string[],
  rows: readonly number[] = [...Array(table.numRows).keys()],
): PredictionMatrices {
  const patients = table.getChild("patientId");
  return {
    labels: matrixOf(table, "label", findings, rows),
    scores: matrixOf(table, "score", findings, rows),
    patients: rows.map((row) => String(patients?.get(row))),
  };
}

function matrixOf(
  table: Table,
  kind: "label" | "score",
  findings: readonly string[],
  rows: readonly number[],
): Matrix {
  const columns = findings.length;
  const data = new Float64Array(rows.length * columns);
  findings.forEach((finding, k) => {
    const column = table.getChild(`${kind}:${finding}`);
    if (column === null) {
      throw new RangeError(
        `study: predictions must have the column ${kind}:${finding}, got ${table.schema.names.join(", ")}`,
      );
    }
    rows.forEach((row, i) => {
      data[i * columns + k] = (column.get(row) as number | null) ?? Number.NaN;
    });
  });
  return { data, rows: rows.length, columns };
}
