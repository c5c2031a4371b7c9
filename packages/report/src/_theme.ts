import { requireWithin } from "./_check.js";

/**
 * Six colours that stay apart for the colour-blind, after Okabe & Ito (2008), darkened to at least 3 : 1 on white; the
 * page's style overrides them with lighter ones on a dark ground.
 */
const colours = ["#0072b2", "#c75000", "#00845f", "#a8447f", "#8f6a00", "#5b4fb5"];
const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [14, 4],
];
const shapes = ["circle", "square", "triangle-up", "diamond", "cross"];

/** How one series is drawn: never by its colour alone. */
export interface SeriesStyle {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

/** Styles of the series; thirty differ, from each other in colour, dash or shape. */
export function seriesStyles(where: string, subject: string, count: number): SeriesStyle[] {
  requireWithin(where, `number of ${subject}`, count, 1, colours.length * dashes.length);
  return Array.from({ length: count }, (_, i) => ({
    colour: `var(--series-${(i % colours.length) + 1}, ${colours[i % colours.length]})`,
    dash: dashes[i % dashes.length] as readonly number[],
    shape: shapes[i % shapes.length] as string,
  }));
}

/** Size of the letters in figures, in pixels. */
export const fontSize = 13;

const text = { labelColor: "currentColor", titleColor: "currentColor", labelFont: "system-ui, sans-serif" };

/** Vega-Lite's configuration: everything in the colour of the page's text, on no ground. */
export const config: Readonly<Record<string, unknown>> = {
  aria: false,
  background: null,
  font: "system-ui, sans-serif",
  view: { stroke: null },
  text: { color: "currentColor", fontSize },
  axis: {
    ...text,
    labelFontSize: fontSize - 1,
    labelOpacity: 0.8,
    labelFlush: false,
    labelLimit: 0,
    titleFontSize: fontSize,
    titleFontWeight: "normal",
    titleLimit: 0,
    titlePadding: 8,
    gridColor: "currentColor",
    gridOpacity: 0.12,
    domainColor: "currentColor",
    domainOpacity: 0.45,
    tickColor: "currentColor",
    tickOpacity: 0.45,
  },
  legend: {
    ...text,
    labelFontSize: fontSize,
    labelLimit: 0,
    symbolLimit: 0,
    rowPadding: 6,
    labelOffset: 6,
    padding: 0,
    symbolSize: 110,
    symbolStrokeWidth: 2.5,
  },
};
