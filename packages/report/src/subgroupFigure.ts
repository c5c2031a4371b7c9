import { drawForest } from "./_forest.js";
import { areaText, dash, percentText } from "./_format.js";
import { requireSubgroups } from "./_subgroups.js";
import type { Svg } from "./Html.js";
import type { SubgroupRow } from "./SubgroupRow.js";
import type { SubgroupOptions } from "./subgroupTable.js";

/**
 * Forest plot of groups of patients: for each group a point and an interval a model, with the numbers beside them.
 *
 * @param rows - A group has its place by its first row, a model by its first row.
 * @param options - Title, measure and coverage.
 * @returns The figure; a group that a model has no row for has a dash there.
 * @throws RangeError if there is no row or one twice, more than 30 models, a name or the title is blank, or a count is
 *   not an integer ≥ 0.
 * @see Lewis & Clarke (2001), Forest plots: trying to see the wood and the trees, BMJ 322:1479.
 * @example
 * {@includeCode ../example/figures.example.ts#subgroupFigure}
 */
export async function subgroupFigure(
  rows: readonly SubgroupRow[],
  { title, measure = "AUROC", coverage = 0.95 }: SubgroupOptions,
): Promise<Svg> {
  requireSubgroups("subgroupFigure", rows);
  const nameOf = ({ attribute, group }: SubgroupRow) => `${attribute}: ${group}`;
  const groups = [...new Set(rows.map(nameOf))];
  const series = [...new Set(rows.map(({ model }) => model))];
  const cellOf = (name: string, of: string) => {
    const row = rows.find((one) => nameOf(one) === name && one.model === of);
    if (!row) return { estimate: Number.NaN, lower: Number.NaN, upper: Number.NaN, text: dash };
    const { estimate, lower, upper } = row;
    return { estimate, lower, upper, text: areaText(estimate, lower, upper) };
  };
  return drawForest({
    where: "subgroupFigure",
    title,
    series,
    rows: groups.map((name) => ({
      name,
      isMacro: false,
      cells: series.map((model) => cellOf(name, model)),
    })),
    axis: measure,
    numbers: `${measure} (${percentText(coverage)} interval)`,
    reference: 0.5,
    showsReference: false,
  });
}
