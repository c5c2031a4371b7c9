import { rocAuc } from "@cxrkit/metrics";
import type { Matrix } from "@cxrkit/training";

/** Mean AUROC over the findings that have both classes; NaN when none has. */
export function macroAuc(labels: Matrix, scores: Matrix): number {
  const column = ({ data, rows, columns }: Matrix, k: number) =>
    Float64Array.from({ length: rows }, (_, row) => data[row * columns + k] as number);
  const areas = Array.from({ length: labels.columns }, (_, k) =>
    rocAuc(column(labels, k), column(scores, k)),
  );
  const known = areas.filter((area) => !Number.isNaN(area));
  return known.reduce((sum, area) => sum + area, 0) / known.length;
}
