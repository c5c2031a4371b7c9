import { requireSome, requireText, requireUnique, requireWithin } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { textWidth, wrap } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { requireBand } from "./_rocBand.js";
import { bandText, type DrawnCurve, rocNumbers, rocPoints } from "./_rocPoints.js";
import { rocLayers } from "./_rocSpec.js";
import { fontSize, seriesStyles } from "./_theme.js";
import type { Svg } from "./Html.js";
import type { LabelledScores } from "./LabelledScores.js";
import type { RocBand } from "./RocBand.js";

/** Curves of {@link rocFigure}. */
export interface RocFigureInput {
  /** In the order of the legend, at most 30. */
  readonly curves: readonly LabelledScores[];
}

/** Options of {@link rocFigure}. */
export interface RocFigureOptions {
  /** What the figure shows; a report sets it under the figure. */
  readonly title: string;
  /** Width of the square of the curves in pixels, in [100, 2000]. @defaultValue `400` */
  readonly width?: number;
  /** Height of the square of the curves in pixels, in [100, 2000]. @defaultValue `width` */
  readonly height?: number;
  /** A band around each curve, from resamples of the patients. @defaultValue none */
  readonly band?: RocBand;
}

/**
 * ROC curves in one figure, with the line of chance and a legend of areas. Every corner of a curve is drawn, to a tenth
 * of a pixel: nothing is smoothed and nothing interpolated.
 *
 * @param input - The curves. One whose labels have a single class is left out, and a note under the axes says so.
 * @param options - Title and size.
 * @returns The figure.
 * @throws RangeError if there is no curve or more than 30, two have one name, the title is blank, a size is out of
 *   range, or labels, scores or the band are not what they must be.
 * @see Fawcett (2006), An introduction to ROC analysis, section 5, and algorithm 3 for the band; Macskassy & Provost (2004),
 *   Confidence bands for ROC curves, for what a pointwise band is not: it does not hold whole curves; colours after Okabe & Ito (2008), Color Universal Design.
 * @example
 * {@includeCode ../example/report.example.ts#rocFigure}
 */
export async function rocFigure(
  { curves }: RocFigureInput,
  { title, width = 400, height = width, band }: RocFigureOptions,
): Promise<Svg> {
  requireSome("rocFigure", "curves", curves.length);
  requireText("rocFigure", "title", title);
  requireWithin("rocFigure", "width", width, 100, 2000);
  requireWithin("rocFigure", "height", height, 100, 2000);
  if (band) requireBand("rocFigure", band);
  const drawn = curves.map((curve) => ({
    ...rocPoints(curve, Math.max(width, height), band),
    name: oneLine(curve.name),
  }));
  requireUnique(
    "rocFigure",
    "names of curves",
    drawn.map(({ name }) => name),
  );
  const there = drawn.filter(({ lack }) => lack === undefined);
  const styles = seriesStyles("rocFigure", "curves", curves.length);
  const frame = frameOf(drawn, width, height, band ? [bandText(band)] : []);
  const legend = {
    orient: "none",
    legendX: 0,
    legendY: height + 54,
    title: null,
    symbolSize: 400,
    rowPadding: 1,
    labelExpr: legendExpression(there),
  };
  const shown = styles.filter((_, i) => drawn[i]?.lack === undefined);
  const layer = rocLayers(there, shown, { ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], titles: true, legend });
  const spec = {
    autosize: { type: "none" },
    width,
    height,
    padding: frame.padding,
    layer: [...layer, ...frame.notes],
  };
  return drawSvg(spec, { title, description: describe(drawn, band), numbers: rocNumbers(title, drawn) });
}

const lineHeight = 20;

function legendText({ name, area }: DrawnCurve): string {
  return `${name}: AUROC ${area}`;
}

/** The legend's labels by number: names are looked up, never read as part of an expression. */
function legendExpression(curves: readonly DrawnCurve[]): string {
  return `${JSON.stringify(curves.map(legendText))}[datum.value]`;
}

/** Room around the curves, and the notes under the legend. */
function frameOf(drawn: readonly DrawnCurve[], width: number, height: number, words: readonly string[]) {
  const there = drawn.filter(({ lack }) => lack === undefined);
  const widest = Math.max(0, ...there.map((curve) => 40 + textWidth(legendText(curve), fontSize)));
  const lines = drawn
    .filter(({ lack }) => lack !== undefined)
    .map(({ name, lack }) => `Not drawn: ${name} (${lack})`)
    .concat(words)
    .flatMap((text) => wrap(text, fontSize, width));
  const top = height + 54 + lineHeight * there.length + (there.length > 0 ? 10 : 0);
  return {
    padding: {
      left: 62,
      right: Math.max(16, widest - width),
      top: 10,
      bottom: top - height + lineHeight * lines.length + 4,
    },
    notes: lines.map((text, i) => ({
      data: { values: [{}] },
      mark: { type: "text", align: "left", baseline: "top", fontStyle: "italic", text },
      encoding: { x: { value: 0 }, y: { value: top + lineHeight * i } },
    })),
  };
}

function describe(drawn: readonly DrawnCurve[], band: RocBand | undefined): string {
  const each = drawn.map(({ name, area, lack }) =>
    lack === undefined ? `${name}: AUROC ${area}` : `${name}: no curve, ${lack}`,
  );
  return `ROC curves, true positive rate over false positive rate. ${each.join("; ")}.${band ? ` ${bandText(band)}` : ""}`;
}
