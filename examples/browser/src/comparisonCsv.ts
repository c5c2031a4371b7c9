import { type TableCell, tableAsCsv } from "@cxrkit/report";
import type { Comparison } from "@cxrkit/statistics";

const header = ["finding", "quantity", "of", "value", "lower", "upper", "p", "adjusted p"];

/** A comparison as rows: the area of each model and the difference of each pair, for each finding and the macro mean. */
export function comparisonCsv({ models, pairs }: Comparison): string {
  const rows: TableCell[][] = [];
  for (const [name, { perFinding, macro }] of Object.entries(models)) {
    for (const { finding, estimate, lower, upper } of [...perFinding, { ...macro, finding: "macro" }])
      rows.push([finding, "AUROC", name, estimate, lower, upper, "", ""]);
  }
  for (const { a, b, perFinding, macro } of pairs) {
    for (const { finding, difference, lower, upper, pValue, adjustedPValue } of [
      ...perFinding,
      { ...macro, finding: "macro" },
    ])
      rows.push([finding, "difference", `${a} - ${b}`, difference, lower, upper, pValue, adjustedPValue]);
  }
  return tableAsCsv({ title: "Comparison", columns: header.map((label) => ({ label })), rows });
}
