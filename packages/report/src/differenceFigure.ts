import type { Comparison } from "@cxrkit/statistics";
import { requireSome } from "./_check.js";
import { rowsOf } from "./_comparison.js";
import { drawForest } from "./_forest.js";
import { differenceText, percentText } from "./_format.js";
import type { ForestFigureOptions } from "./forestFigure.js";
import type { Svg } from "./Html.js";

/**
 * Forest plot of paired differences of areas: for each finding and for the macro means a point and an interval a pair of
 * models, with a line at zero.
 *
 * @param comparison - The record of `compareModels`. A difference that is NaN is shown as a dash in its place.
 * @param options - Title.
 * @returns The figure; right of zero the first model of the pair is better.
 * @throws RangeError if there is no pair or finding, more than 30 pairs, pairs differ in their findings, or the title is
 *   blank.
 * @see Lewis & Clarke (2001), Forest plots: trying to see the wood and the trees, BMJ 322:1479.
 * @example
 * {@includeCode ../example/report.example.ts#differenceFigure}
 */
export async function differenceFigure(comparison: Comparison, { title }: ForestFigureOptions): Promise<Svg> {
  requireSome("differenceFigure", "pairs", comparison.pairs.length);
  const rows = rowsOf("differenceFigure", comparison);
  return drawForest({
    where: "differenceFigure",
    title,
    series: comparison.pairs.map(({ a, b }) => `${a} − ${b}`),
    rows: rows.map(({ finding, isMacro, differences }) => ({
      name: finding,
      isMacro,
      cells: differences.map(({ difference, lower, upper }) => ({
        estimate: difference,
        lower,
        upper,
        text: differenceText(difference, lower, upper),
      })),
    })),
    axis: "Difference of AUROC",
    numbers: `Difference (${percentText(comparison.method.coverage)} interval)`,
    reference: 0,
    showsReference: true,
  });
}
