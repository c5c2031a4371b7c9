import { requireSome, requireText, requireUnique } from "./_check.js";
import { cellLayers, nameLayers, note } from "./_crossLayers.js";
import { drawSvg } from "./_drawSvg.js";
import { areaText, dash, decimal } from "./_format.js";
import { shorten, textWidth, wrap } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { fontSize } from "./_theme.js";
import type { Svg } from "./Html.js";
import type { Table } from "./Table.js";

/** A cell of {@link crossDatasetFigure}: trained on one data set, tested on another or the same. */
export interface CrossDatasetCell {
  /** Name of the data set it was trained on. */
  readonly train: string;
  /** Name of the data set it was tested on. */
  readonly test: string;
  /** The measure; NaN where it is not defined. */
  readonly estimate: number;
  /** Lower end of its interval. @defaultValue none */
  readonly lower?: number;
  /** Upper end of its interval. @defaultValue none */
  readonly upper?: number;
}

/** Options of {@link crossDatasetFigure}. */
export interface CrossDatasetFigureOptions {
  /** What the figure shows; a report sets it under the figure. */
  readonly title: string;
  /** Name of the measure. @defaultValue `"Macro AUROC"` */
  readonly measure?: string;
}

/**
 * Heat map of how well models trained on one data set do on the others, with the number in each cell: a row a data set
 * of training, a column one of the test. Cells in which both are the same are framed.
 *
 * @param cells - A data set has its place by its first cell; a cell that is not there stays empty.
 * @param options - Title and measure.
 * @returns The figure. The darker the cell, the higher the number, within the range of the numbers shown.
 * @throws RangeError if there is no cell or one twice, or a name or the title is blank.
 * @see Zech et al. (2018), PLOS Medicine 15(11):e1002683, for the question.
 * @example
 * {@includeCode ../example/figures.example.ts#crossDatasetFigure}
 */
export async function crossDatasetFigure(
  cells: readonly CrossDatasetCell[],
  { title, measure = "Macro AUROC" }: CrossDatasetFigureOptions,
): Promise<Svg> {
  requireText("crossDatasetFigure", "title", title);
  requireSome("crossDatasetFigure", "cells", cells.length);
  for (const { train, test } of cells) {
    for (const name of [train, test]) requireText("crossDatasetFigure", "name of a data set", name);
  }
  requireUnique(
    "crossDatasetFigure",
    "cells",
    cells.map(({ train, test }) => JSON.stringify([train, test])),
  );
  const names = [...new Set(cells.flatMap(({ train }) => train)), ...cells.map(({ test }) => test)];
  const order = [...new Set(names)];
  const rows = order.filter((name) => cells.some(({ train }) => train === name));
  const columns = order.filter((name) => cells.some(({ test }) => test === name));
  const spec = specOf(cells, rows, columns, measure);
  const each = cells.map(
    ({ train, test, estimate, lower = Number.NaN, upper = Number.NaN }) =>
      `${train} to ${test} ${Number.isFinite(estimate) ? areaText(estimate, lower, upper) : "not defined"}`,
  );
  return drawSvg(spec, {
    title,
    numbers: numbersOf(title, cells, measure),
    description: `${measure}, trained on one data set and tested on another. ${each.join("; ")}.`,
  });
}

function numbersOf(title: string, cells: readonly CrossDatasetCell[], measure: string): Table {
  return {
    title,
    columns: [{ label: "Trained on" }, { label: "Tested on" }, { label: `${measure} of the test images` }],
    rows: cells.map(({ train, test, estimate, lower = Number.NaN, upper = Number.NaN }) => [
      train,
      test,
      { estimate, lower, upper },
    ]),
  };
}

function specOf(
  cells: readonly CrossDatasetCell[],
  rows: readonly string[],
  columns: readonly string[],
  measure: string,
): object {
  const words = columns.flatMap((name) =>
    oneLine(name)
      .split(" ")
      .map((word) => textWidth(word, fontSize)),
  );
  const cellSize = { width: Math.min(130, Math.max(76, ...words.map((word) => word + 8))), height: 44 };
  const width = cellSize.width * columns.length;
  const height = cellSize.height * rows.length;
  const estimates = cells.map(({ estimate }) => estimate).filter(Number.isFinite);
  const low = Math.min(...estimates);
  const high = Math.max(...estimates);
  const values = cells.map(({ train, test, estimate }) => ({
    x: cellSize.width * columns.indexOf(test),
    y: cellSize.height * rows.indexOf(train),
    text: Number.isFinite(estimate) ? decimal(estimate) : dash,
    opacity: Number.isFinite(estimate) ? 0.06 + (0.42 * (estimate - low)) / (high - low || 1) : 0,
    isSame: train === test,
  }));
  const left =
    Math.max(...rows.map((name) => textWidth(shorten(oneLine(name), fontSize, 180), fontSize))) + 16;
  const heads = columns.map((name) => wrap(oneLine(name), fontSize, cellSize.width - 6).slice(0, 3));
  const headHeight = 18 * Math.max(...heads.map((lines) => lines.length));
  return {
    autosize: { type: "none" },
    width,
    height,
    padding: { left: left + 24, right: 16, top: headHeight + 34, bottom: 34 },
    layer: [
      ...cellLayers(values, cellSize),
      ...nameLayers(rows, heads, { cellSize, left, headHeight }),
      note(`Darker: higher ${oneLine(measure)}. Framed: same data set.`, height + 14),
    ],
  };
}
