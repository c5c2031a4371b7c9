import type { Matrix } from "./Comparison.js";

/** How often a finding is present, absent and not known. */
export interface LabelCounts {
  readonly finding: string;
  readonly numPositives: number;
  readonly numNegatives: number;
  readonly numMissing: number;
}

/** Counts of every finding, and last the sums over those that have both classes, under the name `macro`. */
export function countLabels({ data, rows, columns }: Matrix, findings: readonly string[]): LabelCounts[] {
  const positives = new Float64Array(columns);
  const negatives = new Float64Array(columns);
  for (let i = 0; i < rows * columns; i++) {
    if (data[i] === 1) positives[i % columns]!++;
    else if (data[i] === 0) negatives[i % columns]!++;
  }
  const counts = findings.map((finding, k) => ({
    finding,
    numPositives: positives[k]!,
    numNegatives: negatives[k]!,
    numMissing: rows - positives[k]! - negatives[k]!,
  }));
  const both = counts.filter(hasBothClasses);
  const sum = (key: "numPositives" | "numNegatives" | "numMissing") =>
    both.reduce((total, count) => total + count[key], 0);
  return [
    ...counts,
    {
      finding: "macro",
      numPositives: sum("numPositives"),
      numNegatives: sum("numNegatives"),
      numMissing: sum("numMissing"),
    },
  ];
}

/** Whether an area can be computed at all. */
export function hasBothClasses({ numPositives, numNegatives }: LabelCounts): boolean {
  return numPositives > 0 && numNegatives > 0;
}
