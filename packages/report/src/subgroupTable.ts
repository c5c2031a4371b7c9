import { percentText } from "./_format.js";
import { requireSubgroups } from "./_subgroups.js";
import type { Html } from "./Html.js";
import type { SubgroupRow } from "./SubgroupRow.js";
import { tableAsHtml } from "./tableAsHtml.js";

/** Options of {@link subgroupTable} and {@link subgroupFigure}. */
export interface SubgroupOptions {
  /** What is shown. */
  readonly title: string;
  /** Name of the measure. @defaultValue `"AUROC"` */
  readonly measure?: string;
  /** Nominal coverage of the intervals, to be stated. @defaultValue `0.95` */
  readonly coverage?: number;
}

/**
 * How well each model does in groups of patients, with the number of images and positives the numbers rest on.
 *
 * @param rows - In the order shown.
 * @param options - Title, measure and coverage.
 * @returns The table; `tables` has the record.
 * @throws RangeError if there is no row or one twice, a name or the title is blank, or a count is not an integer ≥ 0.
 * @see Collins et al. (2024), TRIPOD+AI statement, BMJ 385:e078378, for groups and their sizes.
 * @example
 * {@includeCode ../example/tables.example.ts#subgroupTable}
 */
export function subgroupTable(
  rows: readonly SubgroupRow[],
  { title, measure = "AUROC", coverage = 0.95 }: SubgroupOptions,
): Html {
  requireSubgroups("subgroupTable", rows);
  return tableAsHtml({
    title,
    columns: [
      { label: "Attribute" },
      { label: "Group" },
      { label: "Model" },
      { label: `${measure} (${percentText(coverage)} interval)` },
      { label: "Images", numbers: "count" },
      { label: "Positives", numbers: "count" },
    ],
    rows: rows.map(({ attribute, group, model, estimate, lower, upper, n, numPositives }) => [
      attribute,
      group,
      model,
      { estimate, lower, upper },
      n,
      numPositives,
    ]),
    notes: [
      "An interval of few positives is wide, and that of a group is not the interval of a difference of groups.",
    ],
  });
}
