import { requireWholeNumber } from "./_check.js";
import type { Matrix } from "./multilabelReport.js";

/** Refuses labels, scores, names and thresholds that do not fit each other, naming row and finding. */
export function requireMatrices(
  where: string,
  labels: Matrix,
  scores: Matrix,
  findings: readonly string[],
  thresholds: ArrayLike<number> | undefined,
): void {
  requireSize(where, "labels", labels);
  requireSize(where, "scores", scores);
  if (scores.rows !== labels.rows || scores.columns !== labels.columns) {
    throw new RangeError(
      `${where}: scores must have the shape of the labels, [${labels.rows}, ${labels.columns}], got [${scores.rows}, ${scores.columns}]`,
    );
  }
  for (const [subject, { length }] of Object.entries({ findings, thresholds: thresholds ?? findings })) {
    if (length !== labels.columns) {
      throw new RangeError(
        `${where}: ${subject} must be as many as columns, ${labels.columns}, got ${length}`,
      );
    }
  }
  const twice = findings.find((finding, k) => findings.indexOf(finding) !== k);
  if (twice !== undefined) throw new RangeError(`${where}: findings must be unique, got ${twice} twice`);
  requireValues(where, "labels", "1, 0 or NaN", labels, findings, isLabel);
  requireValues(where, "scores", "finite", scores, findings, Number.isFinite);
}

function isLabel(value: number): boolean {
  return value === 1 || value === 0 || Number.isNaN(value);
}

function requireSize(where: string, subject: string, { data, rows, columns }: Matrix): void {
  requireWholeNumber(where, `rows of ${subject}`, rows, 0);
  requireWholeNumber(where, `columns of ${subject}`, columns, 0);
  if (data.length !== rows * columns) {
    throw new RangeError(
      `${where}: data of ${subject} must hold ${rows} × ${columns} values, got ${data.length}`,
    );
  }
}

function requireValues(
  where: string,
  subject: string,
  rule: string,
  { data, columns }: Matrix,
  findings: readonly string[],
  isAllowed: (value: number) => boolean,
): void {
  for (let i = 0; i < data.length; i++) {
    if (isAllowed(data[i] as number)) continue;
    const place = `row ${Math.floor(i / columns)}, finding ${findings[i % columns]}`;
    throw new RangeError(`${where}: ${subject} must be ${rule}, got ${String(data[i])} at ${place}`);
  }
}
