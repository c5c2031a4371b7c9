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
  rows: readonly number[] = allRows(table),
): PredictionMatrices {
  const patients = patientsOf(table);
  return {
    labels: matrixOf(table, "label", findings, rows),
    scores: matrixOf(table, "score", findings, rows),
    patients: rows.map((row) => patients[row] as string),
  };
}

/** The scores alone. */
export function scoreMatrix(
  table: Table,
  findings: readonly string[],
  rows: readonly number[] = allRows(table),
): Matrix {
  return matrixOf(table, "score", findings, rows);
}

function allRows({ numRows }: Table): number[] {
  return [...Array(numRows).keys()];
}

const patientsOfTables = new WeakMap<Table, readonly string[]>();

/** Patients of all rows; to read the texts takes longer than all numbers do, so that it is done once a table. */
function patientsOf(table: Table): readonly string[] {
  const known = patientsOfTables.get(table);
  if (known !== undefined) return known;
  const patients = Array.from(table.getChild("patientId") ?? [], String);
  patientsOfTables.set(table, patients);
  return patients;
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
    // Numbers without gaps are read as they lie in memory.
    const values = column.nullCount === 0 ? (column.toArray() as ArrayLike<number>) : undefined;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      data[i * columns + k] = values?.[row] ?? (column.get(row) as number | null) ?? Number.NaN;
    }
  });
  return { data, rows: rows.length, columns };
}
