import { fontSize, type SeriesStyle } from "./_theme.js";
import type { TrainingEpoch, TrainingRun } from "./trainingFigure.js";

/** Size of one panel, in pixels. */
export const panelSize = { width: 290, height: 210 } as const;

interface Value {
  readonly epoch: number;
  readonly value: number | null;
}

/** One line of a panel; null leaves a gap. */
export interface RunLine {
  readonly series: number;
  readonly kind: "training" | "validation";
  readonly values: readonly Value[];
}

/** What there is to draw of a run. */
export interface RunCurves {
  readonly loss: readonly RunLine[];
  readonly score: readonly RunLine[];
  readonly numDrawn: number;
  readonly numRefused: number;
}

/** Sorts a run's values into lines, and counts those that cannot be drawn. */
export function curvesOf({ epochs }: TrainingRun, series: number): RunCurves {
  const line = (kind: RunLine["kind"], of: (epoch: TrainingEpoch) => number | undefined) => {
    const given = epochs.map(of);
    const values = epochs.map(({ epoch }, i) => ({
      epoch,
      value: Number.isFinite(given[i]) && Number.isFinite(epoch) ? (given[i] as number) : null,
    }));
    const numDrawn = values.filter(({ value }) => value !== null).length;
    const numRefused = given.filter((value) => value !== undefined).length - numDrawn;
    return { line: { series, kind, values }, numDrawn, numRefused };
  };
  const training = line("training", ({ trainingLoss }) => trainingLoss);
  const validation = line("validation", ({ validationLoss }) => validationLoss);
  const score = line("validation", ({ validationScore }) => validationScore);
  const there = (lines: readonly ReturnType<typeof line>[]) =>
    lines.filter(({ numDrawn }) => numDrawn > 0).map((one) => one.line);
  const all = [training, validation, score];
  return {
    loss: there([training, validation]),
    score: there([score]),
    numDrawn: all.reduce((sum, one) => sum + one.numDrawn, 0),
    numRefused: all.reduce((sum, one) => sum + one.numRefused, 0),
  };
}

interface PanelLook {
  readonly styles: readonly SeriesStyle[];
  /** Names for the legend, in the one panel that has it. */
  readonly names: readonly string[] | undefined;
  readonly notes: readonly { readonly text: string; readonly y: number }[];
}

/** One panel as a Vega-Lite view. */
export function trainingPanel(
  { title, lines }: { readonly title: string; readonly lines: readonly RunLine[] },
  { styles, names, notes }: PanelLook,
): object {
  const legend = names ? legendOf(names) : null;
  const drawn = lines.flatMap((line) => lineLayers(line, { styles, legend, y: roomFor(lines) }));
  const words = [{ text: title, y: -18 }, ...notes].map(({ text, y }, i) => {
    const fontWeight = i === 0 ? "bold" : "normal";
    return {
      data: { values: [{}] },
      mark: { type: "text", align: "left", baseline: "top", text, fontSize, fontWeight },
      encoding: { x: { value: 0 }, y: { value: y } },
    };
  });
  return { ...panelSize, layer: [...drawn, ...words] };
}

/** A run's line, and its points in the run's shape. */
function lineLayers(
  { kind, series, values }: RunLine,
  look: { readonly styles: readonly SeriesStyle[]; readonly legend: object | null; readonly y: object },
): object[] {
  const isTraining = kind === "training";
  const channel = (pick: (style: SeriesStyle) => unknown) => ({
    field: "series",
    type: "nominal",
    scale: { domain: look.styles.map((_, i) => i), range: look.styles.map(pick) },
    legend: look.legend,
  });
  const epochs = { zero: false, nice: false };
  const encoding = {
    x: { field: "epoch", type: "quantitative", scale: epochs, axis: epochAxis(values) },
    y: {
      field: "value",
      type: "quantitative",
      scale: { zero: false, ...look.y },
      axis: { title: null, tickCount: 5 },
    },
    color: channel(({ colour }) => colour),
  };
  const line = {
    data: { values: values.map((value) => ({ ...value, series })) },
    mark: { type: "line", strokeWidth: 2, ...(isTraining ? { strokeDash: [2, 3], opacity: 0.85 } : {}) },
    encoding: { ...encoding, order: { field: "epoch", type: "quantitative" } },
  };
  const points = {
    data: { values: marked(values, series).map((value) => ({ ...value, series })) },
    mark: { type: "point", filled: true, opacity: 1, size: isTraining ? 22 : 46 },
    encoding: { ...encoding, shape: channel(({ shape }) => shape) },
  };
  return [line, points];
}

function legendOf(names: readonly string[]): object {
  return {
    orient: "none",
    legendX: 0,
    legendY: panelSize.height + 54,
    title: null,
    rowPadding: 1,
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
  };
}

/** An axis of its own for values that are all the same, which have no range. */
function roomFor(lines: readonly RunLine[]): { readonly domain?: readonly number[] } {
  const values = lines.flatMap((line) => line.values.flatMap(({ value }) => (value === null ? [] : [value])));
  const [first = 0] = values;
  return values.every((value) => value === first) ? { domain: [first - 0.05, first + 0.05] } : {};
}

/** Values that bear their run's shape: all of a short run, some of a long one, and each that has no line to it. */
function marked(values: readonly Value[], series: number): Value[] {
  const every = Math.ceil(values.length / 20);
  return values.filter(({ value }, i) => {
    const isAlone = (values[i - 1]?.value ?? null) === null && (values[i + 1]?.value ?? null) === null;
    return value !== null && (isAlone || (i + 3 * series) % every === 0);
  });
}

function epochAxis(values: readonly Value[]): object {
  return { title: "Epoch", format: "d", tickMinStep: 1, tickCount: Math.min(8, values.length), grid: false };
}
