import { youdenThreshold } from "@cxrkit/metrics";
import type { Table } from "apache-arrow";
import { predictionMatrices } from "./predictionMatrices.js";

/**
 * Thresholds by model, one a finding: those of the greatest Youden index on the validation images. Where these have one
 * class only, it is 0.5, and `note` is told.
 */
export function frozenThresholds(
  tables: Readonly<Record<string, Table>>,
  findings: readonly string[],
  note: (line: string) => void,
): Record<string, number[]> {
  const without = new Set<string>();
  const entries = Object.entries(tables).map(([name, table]) => {
    const thresholds = findings.map((finding) => {
      const { labels, scores } = predictionMatrices(table, [finding]);
      const { threshold } = youdenThreshold(labels.data, scores.data);
      if (Number.isFinite(threshold)) return threshold;
      without.add(finding);
      return 0.5;
    });
    return [name, thresholds] as const;
  });
  if (without.size > 0)
    note(`threshold 0.5 for want of both classes in the validation images: ${[...without].join(", ")}`);
  return Object.fromEntries(entries);
}
