import type { Forest, PlacedRow } from "./_forest.js";
import type { SeriesStyle } from "./_theme.js";

/** Width of the plot itself, in pixels. */
export const plotWidth = 270;
/** Height above the plot for the title of the numbers, in pixels. */
export const headHeight = 26;

const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });

/** Lines between the rows, and an upright one at the reference. */
export function lineLayers(
  rows: readonly PlacedRow[],
  { reference }: Forest,
  [low, high]: readonly [number, number],
): object[] {
  const edges = rows.slice(1).map(({ top, isMacro }) => ({ y: isMacro ? top - 4 : top, isMacro }));
  const levels = {
    data: { values: edges },
    mark: { type: "rule", color: "currentColor" },
    encoding: {
      y: pixel("y"),
      x: { value: 0 },
      x2: { value: plotWidth },
      opacity: { condition: { test: "datum.isMacro", value: 0.5 }, value: 0.12 },
    },
  };
  if (reference < low || reference > high) return [levels];
  const upright = {
    data: { values: [{}] },
    mark: { type: "rule", color: "currentColor", opacity: 0.6, strokeDash: [3, 3] },
    encoding: { x: { datum: reference, type: "quantitative" } },
  };
  return [levels, upright];
}

/** Intervals and points. */
export function markLayers(
  rows: readonly PlacedRow[],
  axis: { readonly title: string; readonly domain: readonly number[] },
  styles: readonly SeriesStyle[],
  legend: object,
): object[] {
  const cells = rows.flatMap((row) => row.cells).filter(({ estimate }) => Number.isFinite(estimate));
  const bounded = cells.filter(({ lower, upper }) => Number.isFinite(lower) && Number.isFinite(upper));
  const x = (field: string) => ({
    field,
    type: "quantitative",
    scale: { domain: axis.domain, nice: false, zero: false },
    axis: { title: axis.title, tickCount: 6 },
  });
  const channel = (range: readonly unknown[]) => ({
    field: "series",
    type: "nominal",
    scale: { domain: styles.map((_, i) => i), range },
    legend,
  });
  const y = pixel("y");
  const intervals = {
    data: { values: bounded.map((cell) => ({ ...cell, colour: styles[cell.series]?.colour })) },
    mark: { type: "rule", strokeWidth: 2 },
    encoding: {
      x: x("lower"),
      x2: { field: "upper" },
      y,
      color: { field: "colour", type: "nominal", scale: null },
    },
  };
  const color = channel(styles.map(({ colour }) => colour));
  const shape = channel(styles.map((style) => style.shape));
  const points = {
    data: { values: cells },
    mark: { type: "point", filled: true, opacity: 1, size: 62 },
    encoding: { x: x("estimate"), y, color, shape },
  };
  return [intervals, points];
}

/** Names at the left and numbers at the right. */
export function textLayers(rows: readonly PlacedRow[], numbersTitle: string): object[] {
  const column = (values: readonly object[], align: string, x: number) => ({
    data: { values },
    mark: {
      type: "text",
      align,
      baseline: "middle",
      fontWeight: { expr: "datum.isMacro ? 'bold' : 'normal'" },
    },
    encoding: {
      text: { field: "text", type: "nominal" },
      y: pixel("y"),
      x: { value: x },
    },
  });
  const names = rows.map(({ label, isMacro, top, bottom }) => ({
    text: label,
    isMacro,
    y: (top + bottom) / 2,
  }));
  const numbers = rows.flatMap(({ cells, isMacro }) => cells.map(({ text, y }) => ({ text, isMacro, y })));
  const head = [{ text: numbersTitle, isMacro: true, y: -headHeight / 2 }];
  return [
    column(names, "right", -12),
    column(numbers, "left", plotWidth + 16),
    column(head, "left", plotWidth + 16),
  ];
}
