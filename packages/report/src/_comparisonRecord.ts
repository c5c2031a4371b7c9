import type { AucEstimate, Comparison } from "@cxrkit/statistics";
import type { Row } from "./_comparison.js";
import { percentText } from "./_format.js";
import type { Table, TableColumn } from "./Table.js";

/** A comparison as a record of a table: what `comparisonTable` shows, with its p values in full. */
export function comparisonRecord(
  title: string,
  { models, pairs, method }: Comparison,
  rows: readonly Row[],
  notes: readonly string[],
): Table {
  const interval = `(${percentText(method.coverage)} interval)`;
  const counts = ["Positive", "Negative", "Missing"];
  return {
    title,
    columns: [
      { label: "Finding" },
      ...Object.keys(models).map((name) => ({ label: `${name}: AUROC ${interval}` })),
      ...pairs.flatMap(({ a, b }): TableColumn[] => [
        { label: `${a} − ${b}: difference ${interval}`, numbers: "signed" },
        { label: `${a} − ${b}: p`, numbers: "pValue" },
        { label: `${a} − ${b}: adjusted p`, numbers: "pValue" },
      ]),
      ...counts.map((label): TableColumn => ({ label, numbers: "count" })),
    ],
    rows: rows.map(({ finding, estimates, differences }) => {
      const { numPositives, numNegatives, numMissing } = estimates[0] as AucEstimate;
      return [
        finding,
        ...estimates.map(({ estimate, lower, upper }) => ({ estimate, lower, upper })),
        ...differences.flatMap(({ difference, lower, upper, pValue, adjustedPValue }) => [
          { estimate: difference, lower, upper },
          pValue,
          adjustedPValue,
        ]),
        numPositives,
        numNegatives,
        numMissing,
      ];
    }),
    notes,
  };
}
