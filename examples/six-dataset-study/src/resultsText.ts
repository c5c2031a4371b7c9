import type { AucEstimate, Difference } from "@cxrkit/statistics";
import type { ComparisonRecord, StudyResults } from "./results.js";

const three = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${three(Math.abs(value))}`;
const probability = (p: number) => (p < 0.001 ? "<0.001" : three(p));
const area = ({ estimate, lower, upper }: AucEstimate) =>
  `${three(estimate)} (${three(lower)} to ${three(upper)})`;
const gain = ({ difference, lower, upper, adjustedPValue }: Difference) =>
  `${signed(difference)} (${signed(lower)} to ${signed(upper)}), p ${probability(adjustedPValue)}`;

/** The study's results as text: a table a comparison, finding by finding. */
export function resultsText({ comparisons, protocol, cross }: StudyResults): string {
  const tables = comparisons.map((record) => comparisonText(record, protocol));
  const lines = cross.map(
    ({ start, train, test, macro }) => `${start}, trained on ${train}, on ${test}: ${area(macro)}`,
  );
  return [...tables, ...(lines.length > 0 ? [["across datasets", ...lines].join("\n")] : [])].join("\n\n");
}

/** One comparison as a table of text: AUROC of every model for every finding, and the differences. */
function comparisonText(record: ComparisonRecord, protocol: string): string {
  const comparison = protocol === "as-published" ? record.published : record.comparison;
  const { models, pairs } = comparison;
  const rowsOf = <T>({ perFinding, macro }: { perFinding: readonly T[]; macro: T }) => [...perFinding, macro];
  const estimates = Object.values(models).map(rowsOf);
  const differences = pairs.map(rowsOf);
  const header = [
    record.dataset,
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
  return [
    print(header),
    rule,
    ...body.slice(0, -1).map(print),
    rule,
    print(body.at(-1)!),
    "",
    ...notesOf(record, comparison.method),
  ].join("\n");
}

function notesOf(
  { numImages, leftOut, comparison }: ComparisonRecord,
  {
    coverage,
    replicates,
    numResampled,
    resampled,
    protocol,
    adjustment,
  }: ComparisonRecord["comparison"]["method"],
): string[] {
  const hasPairs = comparison.pairs.length > 0;
  const adjusted =
    protocol === "as-published"
      ? "; p one-sided and not adjusted, as published"
      : `; p adjusted over all tests of the study (${adjustment.toUpperCase()})`;
  const few = leftOut.map(({ finding, numPositives }) => `${finding} (${numPositives})`);
  return [
    `AUROC on ${numImages} test images with ${100 * coverage} % intervals from ${replicates} resamples of ${numResampled} ${resampled}${hasPairs ? adjusted : ""}`,
    ...(few.length > 0 ? [`left out for too few positives: ${few.join(", ")}`] : []),
  ];
}
