import type { Comparison } from "@cxrkit/statistics";

const header = ["finding", "quantity", "of", "value", "lower", "upper", "p", "adjusted p"];

/** A comparison as rows: the area of each model and the difference of each pair, for each finding and the macro mean. */
export function comparisonCsv({ models, pairs }: Comparison): string {
  const rows: (string | number)[][] = [header];
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
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

/** Quoted where commas and quotes ask for it; what a spreadsheet would take for a formula is made text. */
function cellText(value: string | number): string {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
