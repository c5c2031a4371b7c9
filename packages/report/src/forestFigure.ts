import type { Comparison } from "@cxrkit/statistics";
import { rowsOf } from "./_comparison.js";
import { drawForest } from "./_forest.js";
import { areaText, percentText } from "./_format.js";
import type { Svg } from "./Html.js";

/** Options of {@link forestFigure} and {@link differenceFigure}. */
export interface ForestFigureOptions {
  /** What the figure shows; a report sets it under the figure. */
  readonly title: string;
}

/**
 * Forest plot of areas under the ROC curve: for each finding and for their macro mean a point and an interval a model,
 * with the numbers beside them.
 *
 * @param comparison - The record of `compareModels`. An area that is NaN is shown as a dash in its place.
 * @param options - Title.
 * @returns The figure; a dotted line marks 0.5, chance, where the axis reaches it.
 * @throws RangeError if there is no model or finding, more than 30 models, models differ in their findings or counts,
 *   or the title is blank.
 * @see Lewis & Clarke (2001), Forest plots: trying to see the wood and the trees, BMJ 322:1479.
 * @example
 * {@includeCode ../example/report.example.ts#forestFigure}
 */
export async function forestFigure(comparison: Comparison, { title }: ForestFigureOptions): Promise<Svg> {
  const rows = rowsOf("forestFigure", comparison);
  return drawForest({
    where: "forestFigure",
    title,
    series: Object.keys(comparison.models),
    rows: rows.map(({ finding, isMacro, estimates }) => ({
      name: finding,
      isMacro,
      cells: estimates.map(({ estimate, lower, upper }) => ({
        estimate,
        lower,
        upper,
        text: areaText(estimate, lower, upper),
      })),
    })),
    axis: "AUROC",
    numbers: `AUROC (${percentText(comparison.method.coverage)} interval)`,
    reference: 0.5,
    showsReference: false,
  });
}
