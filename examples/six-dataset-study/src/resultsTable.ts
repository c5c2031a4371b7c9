import type { AucEstimate, Difference } from "@cxrkit/statistics";
import type { ComparisonRecord } from "./stages/compareStage.js";

const three = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${three(Math.abs(value))}`;
const probability = (p: number) => (p < 0.001 ? "<0.001" : three(p));
const area = ({ estimate, lower, upper }: AucEstimate) =>
  `${three(estimate)} (${three(lower)} to ${three(upper)})`;
const gain = ({ difference, lower, upper, adjustedPValue }: Difference) =>
  `${signed(difference)} (${signed(lower)} to ${signed(upper)}), p ${probability(adjustedPValue)}`;

/** The study's result as a table of text: AUROC of every model for every finding, and the differences. */
export function resultsTable({ comparison, numImages, leftOut }: ComparisonRecord): string {
  const { models, pairs, method } = comparison;
  const rowsOf = <T>({ perFinding, macro }: { perFinding: readonly T[]; macro: T }) => [...perFinding, macro];
  const estimates = Object.values(models).map(rowsOf);
  const differences = pairs.map(rowsOf);
  const header = [
    "finding",
    "positives",
    ...Object.keys(models),
    ...pairs.map(({ a, b }) => `${a} minus ${b}`),
  ];
  const body = (estimates[0] ?? []).map(({ finding, numPositives }, k) => [
    finding === "macro" ? "mean of findings" : finding.replaceAll("_", " "),
    finding === "macro" ? "" : String(numPositives),
    ...estimates.map((rows) => area(rows[k]!)),
    ...differences.map((rows) => gain(rows[k]!)),
  ]);
  const lines = [header, ...body];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const print = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const numTests = differences.reduce((sum, rows) => sum + rows.length - 1, 0);
  const notes = [
    `AUROC on ${numImages} test images with ${100 * method.coverage} % intervals from ${method.replicates} resamples of ${method.numResampled} patients${numTests > 0 ? `; p adjusted for ${numTests} tests (${method.adjustment.toUpperCase()})` : ""}`,
    ...(leftOut.length > 0
      ? [
          `left out for too few positives: ${leftOut.map(({ finding, numPositives }) => `${finding} (${numPositives})`).join(", ")}`,
        ]
      : []),
  ];
  return [print(header), rule, ...body.slice(0, -1).map(print), rule, print(body.at(-1)!), "", ...notes].join(
    "\n",
  );
}
