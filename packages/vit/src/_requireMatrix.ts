import { requireInteger } from "./_check.js";
import type { Matrix } from "./Matrix.js";

/** Refuses a matrix whose sizes do not fit its elements. */
function requireMatrix(where: string, subject: string, { data, rows, columns }: Matrix): void {
  requireInteger(where, `${subject}.rows`, rows, 1);
  requireInteger(where, `${subject}.columns`, columns, 1);
  if (data.length !== rows * columns)
    throw new RangeError(
      `${where}: ${subject}.data must hold rows·columns = ${rows * columns} numbers, got ${data.length}`,
    );
}

/** Refuses features that are not finite, since one of them would spoil every result. */
export function requireFeatures(where: string, subject: string, matrix: Matrix): void {
  requireMatrix(where, subject, matrix);
  const { data, columns } = matrix;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i] as number))
      throw new RangeError(
        `${where}: ${subject} must be finite, got ${data[i]} in row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
  }
}

/** Refuses labels other than 1, 0 and NaN, or of another number of rows than the features. */
export function requireLabels(where: string, subject: string, labels: Matrix, rows: number): void {
  requireMatrix(where, subject, labels);
  if (labels.rows !== rows)
    throw new RangeError(
      `${where}: ${subject} must have ${rows} rows, one for each of features, got ${labels.rows}`,
    );
  const { data, columns } = labels;
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label !== 0 && label !== 1 && !Number.isNaN(label))
      throw new RangeError(
        `${where}: ${subject} must be 1, 0 or NaN, got ${label} in row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
  }
}
