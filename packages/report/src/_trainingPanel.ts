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
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: styles.map((_, i) => i), range: styles.map(({ colour }) => colour) },
    legend: names ? legendOf(names) : null,
  };
  const y = { zero: false, ...roomFor(lines) };
  const drawn = lines.map(({ kind, series, values }) => ({
    data: { values: values.map((value) => ({ ...value, series })) },
    mark: { type: "line", strokeWidth: 2, ...markOf(kind, values) },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        scale: { zero: false, nice: false },
        axis: epochAxis(values),
      },
      y: { field: "value", type: "quantitative", scale: y, axis: { title: null, tickCount: 5 } },
      order: { field: "epoch", type: "quantitative" },
      color,
    },
  }));
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

function legendOf(names: readonly string[]): object {
  return {
    orient: "none",
    legendX: 0,
    legendY: panelSize.height + 54,
    title: null,
    symbolType: "stroke",
    symbolSize: 400,
    rowPadding: 1,
    symbolOpacity: 1,
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
  };
}

/** An axis of its own for values that are all the same, which have no range. */
function roomFor(lines: readonly RunLine[]): { readonly domain?: readonly number[] } {
  const values = lines.flatMap((line) => line.values.flatMap(({ value }) => (value === null ? [] : [value])));
  const [first = 0] = values;
  return values.every((value) => value === first) ? { domain: [first - 0.05, first + 0.05] } : {};
}

/** Training in dots; points only where they stay apart, and always where a line would be a single one. */
function markOf(kind: RunLine["kind"], values: readonly Value[]): object {
  return {
    ...(kind === "training" ? { strokeDash: [2, 3], opacity: 0.85 } : {}),
    ...(values.length <= 40 ? { point: { size: kind === "training" ? 16 : 32, opacity: 1 } } : {}),
  };
}

function epochAxis(values: readonly Value[]): object {
  return { title: "Epoch", format: "d", tickMinStep: 1, tickCount: Math.min(8, values.length), grid: false };
}
