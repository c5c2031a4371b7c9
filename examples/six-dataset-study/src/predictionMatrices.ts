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

/** Takes the columns of some findings out of a table of predictions. */
export function predictionMatrices(table: Table, findings: readonly string[]): PredictionMatrices {
  const matrix = (kind: "label" | "score"): Matrix => {
    const columns = findings.length;
    const data = new Float64Array(table.numRows * columns);
    findings.forEach((finding, k) => {
      const column = table.getChild(`${kind}:${finding}`);
      if (column === null) {
        throw new RangeError(
          `study: predictions must have the column ${kind}:${finding}, got ${table.schema.names.join(", ")}`,
        );
      }
      for (let row = 0; row < table.numRows; row++)
        data[row * columns + k] = (column.get(row) as number | null) ?? Number.NaN;
    });
    return { data, rows: table.numRows, columns };
  };
  return {
    labels: matrix("label"),
    scores: matrix("score"),
    patients: Array.from(table.getChild("patientId") ?? [], String),
  };
}
