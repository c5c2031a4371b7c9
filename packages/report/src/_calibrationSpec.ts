import type { CalibratedCurve } from "./_calibrated.js";
import { textWidth, wrap } from "./_layout.js";
import { fontSize, type SeriesStyle } from "./_theme.js";

const side = 340;
const countHeight = 74;
const gap = 54;
const lineHeight = 20;

type Drawn = CalibratedCurve & { readonly style: SeriesStyle };

/** The two panels of a reliability diagram as a Vega-Lite specification, and the size to hold it to. */
export function calibrationSpec(
  curves: readonly CalibratedCurve[],
  styles: readonly SeriesStyle[],
): { readonly spec: object; readonly size: { readonly width: number; readonly height: number } } {
  const there = curves.flatMap((curve, i): Drawn[] =>
    curve.points.length > 0 ? [{ ...curve, style: styles[i] as SeriesStyle }] : [],
  );
  const foot = footOf(curves, there);
  const most = Math.max(1, ...there.flatMap(({ points }) => points.map(({ count }) => count)));
  const observed = {
    field: "observed",
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { title: "Share of positives", values: ticks },
  };
  const counts = {
    field: "count",
    type: "quantitative",
    scale: { type: "symlog", domain: [0, most], nice: false },
    axis: { title: "Images", values: [0, ...powers(most), most], format: ".2~s" },
  };
  const upper = [diagonal(), ...markLayers(there, observed, rate("Mean score"), null)];
  const lower = [...markLayers(there, counts, rate(null), legendOf(there)), ...foot.notes];
  const spec = {
    vconcat: [
      { width: side, height: side, layer: upper },
      { width: side, height: countHeight, layer: lower },
    ],
    spacing: gap,
    bounds: "flush",
    padding: foot.padding,
    resolve: { scale: { color: "independent", shape: "independent", strokeDash: "independent" } },
  };
  return { spec, size: { width: side, height: side + gap + countHeight } };
}

/** Lines and points of all curves in one panel. */
function markLayers(curves: readonly Drawn[], y: object, x: object, legend: object | null): object[] {
  const channel = (pick: (style: SeriesStyle) => unknown) => ({
    field: "series",
    type: "nominal",
    scale: { domain: curves.map((_, i) => i), range: curves.map(({ style }) => pick(style)) },
    legend,
  });
  const values = curves.flatMap(({ points }, series) =>
    points.map((point, order) => ({ ...point, order, series })),
  );
  const order = { field: "order", type: "quantitative" };
  const color = channel(({ colour }) => colour);
  const strokeDash = channel(({ dash }) => dash);
  const shape = channel((style) => style.shape);
  return [
    {
      data: { values },
      mark: { type: "line", strokeWidth: 1.5 },
      encoding: { x, y, order, color, strokeDash },
    },
    {
      data: { values },
      mark: { type: "point", filled: true, opacity: 1, size: 52 },
      encoding: { x, y, color, shape },
    },
  ];
}

function legendOf(curves: readonly Drawn[]): object {
  return {
    orient: "none",
    legendX: 0,
    legendY: countHeight + 40,
    title: null,
    rowPadding: 6,
    symbolStrokeWidth: 0,
    labelExpr: `${JSON.stringify(curves.map(({ name, words }) => `${name}: ${words}`))}[datum.value]`,
  };
}

const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Powers of ten well below the greatest count, three at most, so that their names do not touch. */
function powers(most: number): number[] {
  const length = Math.max(0, Math.floor(Math.log10(most / 4)) + 1);
  const all = Array.from({ length }, (_, i) => 10 ** i).slice(length > 1 ? 1 : 0);
  const every = Math.ceil(all.length / 3);
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}

function rate(title: string | null): object {
  return {
    field: "predicted",
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { values: ticks, title },
  };
}

function diagonal(): object {
  const values = [
    { predicted: 0, observed: 0 },
    { predicted: 1, observed: 1 },
  ];
  const y = { field: "observed", type: "quantitative" };
  const mark = { type: "line", color: "currentColor", opacity: 0.5, strokeWidth: 1, strokeDash: [3, 3] };
  return { data: { values }, mark, encoding: { x: rate("Mean score"), y } };
}

/** Room around the panels, and the notes under the legend. */
function footOf(curves: readonly CalibratedCurve[], there: readonly CalibratedCurve[]) {
  const widest = Math.max(
    0,
    ...there.map(({ name, words }) => 30 + textWidth(`${name}: ${words}`, fontSize)),
  );
  const lines = curves
    .filter(({ points }) => points.length === 0)
    .flatMap(({ name, words }) => wrap(`Not drawn: ${name} (${words})`, fontSize, side));
  const top = countHeight + 40 + lineHeight * there.length + (there.length > 0 ? 10 : 0);
  return {
    notes: lines.map((text, i) => ({
      data: { values: [{}] },
      mark: { type: "text", align: "left", baseline: "top", fontStyle: "italic", text },
      encoding: { x: { value: 0 }, y: { value: top + lineHeight * i } },
    })),
    padding: {
      left: 62,
      right: Math.max(16, widest - side),
      top: 10,
      bottom: top - countHeight + lineHeight * lines.length + 4,
    },
  };
}
