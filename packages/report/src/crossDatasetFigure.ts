import { requireSome, requireText, requireUnique } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { areaText, dash, decimal } from "./_format.js";
import { shorten, textWidth, wrap } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { fontSize } from "./_theme.js";
import type { Svg } from "./Html.js";

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
    description: `${measure}, trained on one data set and tested on another. ${each.join("; ")}.`,
  });
}

interface CellSize {
  readonly width: number;
  readonly height: number;
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

const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });

function cellLayers(values: readonly object[], cellSize: CellSize): object[] {
  const place = { x: { ...pixel("x") }, y: { ...pixel("y") } };
  const corners = { x2: pixel("x2"), y2: pixel("y2") };
  const boxes = (values as readonly { x: number; y: number }[]).map((value) => ({
    ...value,
    x2: value.x + cellSize.width - 2,
    y2: value.y + cellSize.height - 2,
    middle: value.x + cellSize.width / 2 - 1,
    centre: value.y + cellSize.height / 2 - 1,
  }));
  return [
    {
      data: { values: boxes },
      mark: { type: "rect", color: "var(--series-1, #0072b2)" },
      encoding: {
        ...place,
        ...corners,
        fillOpacity: { field: "opacity", type: "quantitative", scale: null },
      },
    },
    {
      data: { values: boxes.filter((box) => (box as unknown as { isSame: boolean }).isSame) },
      mark: { type: "rect", filled: false, color: "currentColor", strokeWidth: 1.5 },
      encoding: { ...place, ...corners },
    },
    {
      data: { values: boxes },
      mark: { type: "text", align: "center", baseline: "middle", fontSize: fontSize + 1 },
      encoding: { x: pixel("middle"), y: pixel("centre"), text: { field: "text", type: "nominal" } },
    },
  ];
}

function nameLayers(
  rows: readonly string[],
  heads: readonly (readonly string[])[],
  {
    cellSize,
    left,
    headHeight,
  }: { readonly cellSize: CellSize; readonly left: number; readonly headHeight: number },
): object[] {
  const texts = (values: readonly object[], align: string, angle = 0) => ({
    data: { values },
    mark: {
      type: "text",
      align,
      baseline: "middle",
      angle,
      fontWeight: { expr: "datum.isTitle ? 'bold' : 'normal'" },
    },
    encoding: { x: pixel("x"), y: pixel("y"), text: { field: "text", type: "nominal" } },
  });
  const names = rows.map((name, i) => ({
    text: shorten(oneLine(name), fontSize, 180),
    x: -10,
    y: cellSize.height * (i + 0.5),
  }));
  const columns = heads.flatMap((lines, i) =>
    lines.map((text, line) => ({
      text,
      x: cellSize.width * (i + 0.5) - 1,
      y: -10 - 18 * (lines.length - 1 - line),
    })),
  );
  const tested = [
    { text: "Tested on", x: (cellSize.width * heads.length) / 2, y: -headHeight - 16, isTitle: true },
  ];
  const trained = [
    { text: "Trained on", x: -left - 8, y: (cellSize.height * rows.length) / 2, isTitle: true },
  ];
  return [texts(names, "right"), texts([...columns, ...tested], "center"), texts(trained, "center", 270)];
}

function note(text: string, y: number): object {
  return {
    data: { values: [{ text }] },
    mark: { type: "text", align: "left", baseline: "top", fontStyle: "italic" },
    encoding: { x: { value: 0 }, y: { value: y }, text: { field: "text", type: "nominal" } },
  };
}
