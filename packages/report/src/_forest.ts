import { requireText } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { headHeight, lineLayers, markLayers, plotWidth, textLayers } from "./_forestLayers.js";
import { dash } from "./_format.js";
import { shorten, textWidth } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { fontSize, seriesStyles } from "./_theme.js";
import type { Svg } from "./Html.js";
import type { Table } from "./Table.js";

/** A point with its interval and its text; numbers that are NaN are not drawn, the text always is. */
interface ForestCell {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly text: string;
}

/** What a forest plot shows. */
export interface Forest {
  readonly where: string;
  readonly title: string;
  /** Names of the series. */
  readonly series: readonly string[];
  /** Rows from top to bottom, one cell a series. */
  readonly rows: readonly {
    readonly name: string;
    readonly isMacro: boolean;
    readonly cells: readonly ForestCell[];
  }[];
  /** Title of the axis. */
  readonly axis: string;
  /** Title of the column of numbers. */
  readonly numbers: string;
  /** Where there is neither gain nor loss. */
  readonly reference: number;
  /** Whether the axis must show the reference. */
  readonly showsReference: boolean;
}

const step = 17;
const legendStep = 20;

/** Draws a forest plot. */
export async function drawForest(forest: Forest): Promise<Svg> {
  requireText(forest.where, "title", forest.title);
  const styles = seriesStyles(forest.where, "series", forest.series.length);
  const series = forest.series.map(oneLine);
  const rows = place(forest);
  const domain = domainOf(forest);
  const padding = paddingOf(forest, rows, series);
  const legend = {
    orient: "none",
    legendX: 4 - padding.left,
    legendY: 4 - padding.top,
    title: null,
    labelExpr: `${JSON.stringify(series)}[datum.value]`,
  };
  const spec = {
    autosize: { type: "none" },
    width: plotWidth,
    height: rows.at(-1)?.bottom,
    padding,
    resolve: { scale: { color: "independent", shape: "independent" } },
    layer: [
      ...lineLayers(rows, forest, domain),
      ...markLayers(rows, { title: forest.axis, domain }, styles, legend),
      ...textLayers(rows, forest.numbers),
    ],
  };
  return drawSvg(spec, { title: forest.title, description: describe(forest), numbers: recordOf(forest) });
}

/** The points and intervals as a record, without the numbers written out beside them. */
function recordOf({ title, series, rows, axis }: Forest): Table {
  return {
    title,
    columns: [{ label: "Row" }, { label: "Series" }, { label: axis }],
    rows: rows.flatMap(({ name, cells }) =>
      cells.map(({ estimate, lower, upper }, i) => [name, series[i] as string, { estimate, lower, upper }]),
    ),
  };
}

/** Room around the plot: names at the left, numbers at the right, the legend above. */
function paddingOf({ numbers }: Forest, rows: readonly PlacedRow[], series: readonly string[]) {
  const bold = 1.1;
  const widest = (texts: readonly string[]) =>
    Math.ceil(Math.max(...texts.map((text) => bold * textWidth(text, fontSize))));
  const left = widest(rows.map(({ label }) => label)) + 16;
  const column = 18 + widest([numbers, ...rows.flatMap(({ cells }) => cells.map(({ text }) => text))]);
  const legend = 24 + widest(series) - left - plotWidth;
  return {
    left,
    right: Math.max(column, legend),
    top: headHeight + legendStep * series.length + 8,
    bottom: 46,
  };
}

/** A row of a forest with its place in pixels. */
export interface PlacedRow {
  readonly label: string;
  readonly isMacro: boolean;
  readonly top: number;
  readonly bottom: number;
  readonly cells: readonly (ForestCell & { readonly series: number; readonly y: number })[];
}

/** Rows with their places in pixels; a gap sets the macro mean apart. */
function place({ rows, series }: Forest): PlacedRow[] {
  let top = 0;
  return rows.map(({ name, isMacro, cells }) => {
    if (isMacro) top += 8;
    const bottom = top + step * series.length + 8;
    const placed = cells.map((cell, i) => ({ ...cell, series: i, y: top + 4 + step * (i + 0.5) }));
    const row = { label: shorten(oneLine(name), fontSize, 230), isMacro, top, bottom, cells: placed };
    top = bottom;
    return row;
  });
}

/** The range of all that is drawn, with a little room. */
function domainOf({ rows, reference, showsReference }: Forest): [number, number] {
  const values = rows
    .flatMap(({ cells }) => cells.flatMap(({ estimate, lower, upper }) => [estimate, lower, upper]))
    .filter(Number.isFinite);
  if (showsReference || values.length === 0) values.push(reference);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const room = Math.max(0.04 * (high - low), 0.005);
  return [low - room, high + room];
}

function describe({ rows, series, numbers }: Forest): string {
  const each = rows.map(({ name, cells }) => {
    const parts = cells.map(({ text }, i) => `${series[i]} ${text === dash ? "not defined" : text}`);
    return `${name}: ${parts.join(", ")}`;
  });
  return `${numbers}. ${each.join("; ")}.`;
}
