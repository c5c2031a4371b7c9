import { requireSome, requireText, requireUnique } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { decimal } from "./_format.js";
import { textWidth, wrap } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { fontSize, seriesStyles } from "./_theme.js";
import { curvesOf, panelSize, type RunCurves, trainingPanel } from "./_trainingPanel.js";
import type { Svg } from "./Html.js";
import type { Table } from "./Table.js";

/** One pass over the training images. */
export interface TrainingEpoch {
  /** Number of the epoch. */
  readonly epoch: number;
  /** Mean loss over the training images; lower is better. */
  readonly trainingLoss?: number;
  /** Mean loss over the validation images; lower is better. */
  readonly validationLoss?: number;
  /** Score on the validation images; higher is better. */
  readonly validationScore?: number;
}

/** One training from its first epoch to its last. */
export interface TrainingRun {
  /** Name in the legend; unique in its figure. */
  readonly name: string;
  /** In order. */
  readonly epochs: readonly TrainingEpoch[];
}

/** Options of {@link trainingFigure}. */
export interface TrainingFigureOptions {
  /** What the figure shows; a report sets it under the figure. */
  readonly title: string;
  /** What the validation score is. @defaultValue `"Validation score"` */
  readonly scoreName?: string;
}

/**
 * Loss and score over the epochs, side by side: validation in full lines, training loss in dotted
 * ones, each run with its own colour and shape of points.
 *
 * @param runs - At most 30, a colour and a shape each. A value that is left out or not finite leaves a gap; a note counts those
 *   that are there and not finite. A panel with nothing to show is left out.
 * @param options - Title and name of the score.
 * @returns The figure.
 * @throws RangeError if there is no run or more than 30, no value at all, two runs have one name, or the title is blank.
 * @see Okabe & Ito (2008), Color Universal Design, for the colours.
 * @example
 * {@includeCode ../example/report.example.ts#trainingFigure}
 */
export async function trainingFigure(
  runs: readonly TrainingRun[],
  { title, scoreName = "Validation score" }: TrainingFigureOptions,
): Promise<Svg> {
  requireSome("trainingFigure", "runs", runs.length);
  requireText("trainingFigure", "title", title);
  const names = runs.map(({ name }) => oneLine(name));
  requireUnique("trainingFigure", "names of runs", names);
  const styles = seriesStyles("trainingFigure", "runs", runs.length);
  const curves = runs.map(curvesOf);
  requireSome(
    "trainingFigure",
    "values of runs",
    curves.reduce((sum, { numDrawn }) => sum + numDrawn, 0),
  );
  const panels = [
    { title: "Loss", lines: curves.flatMap(({ loss }) => loss) },
    { title: oneLine(scoreName), lines: curves.flatMap(({ score }) => score) },
  ].filter(({ lines }) => lines.length > 0);
  const foot = footOf(names, curves, panels.length);
  const drawn = panels.map((panel, i) =>
    trainingPanel(panel, { styles, names: i === 0 ? names : undefined, notes: i === 0 ? foot.notes : [] }),
  );
  const resolve = { scale: { color: "independent", shape: "independent" } };
  const spec = { hconcat: drawn, spacing: gap, bounds: "flush", padding: foot.padding, resolve };
  const numbers = numbersOf(title, runs, oneLine(scoreName));
  const words = { title, description: describe(runs, names, oneLine(scoreName)), numbers };
  return drawSvg(spec, words, { width: foot.width, height: panelSize.height });
}

function numbersOf(title: string, runs: readonly TrainingRun[], scoreName: string): Table {
  const labels = ["Training loss", "Validation loss"];
  const last =
    labels.includes(scoreName) || scoreName === "Run" || scoreName === "Epoch" ? "Score" : scoreName;
  return {
    title,
    columns: [
      { label: "Run" },
      { label: "Epoch", numbers: "count" },
      ...[...labels, last].map((label) => ({ label })),
    ],
    rows: runs.flatMap(({ name, epochs }) =>
      epochs.map(({ epoch, trainingLoss = null, validationLoss = null, validationScore = null }) => [
        name,
        epoch,
        trainingLoss,
        validationLoss,
        validationScore,
      ]),
    ),
  };
}

const lineHeight = 20;
const gap = 64;

/** Notes under the legend, and room for all of it. */
function footOf(names: readonly string[], curves: readonly RunCurves[], numPanels: number) {
  const width = panelSize.width * numPanels + gap * (numPanels - 1);
  const top = panelSize.height + 54 + lineHeight * names.length + 8;
  const hasTraining = curves.some(({ loss }) => loss.some(({ kind }) => kind === "training"));
  const texts = curves.flatMap(({ numRefused }, i) =>
    numRefused > 0 ? [`Not drawn: ${numRefused} of the values of ${names[i]}, not finite`] : [],
  );
  if (hasTraining) texts.unshift("Full lines: validation. Dotted lines: training.");
  const lines = texts.flatMap((text) => wrap(text, fontSize, width));
  const widest = 40 + Math.max(...names.map((name) => textWidth(name, fontSize)));
  return {
    width,
    notes: lines.map((text, i) => ({ text, y: top + lineHeight * i })),
    padding: {
      left: 64,
      right: Math.max(16, widest - width),
      top: 30,
      bottom: top - panelSize.height + lineHeight * lines.length + 4,
    },
  };
}

function describe(runs: readonly TrainingRun[], names: readonly string[], scoreName: string): string {
  const each = runs.map(({ epochs }, i) => {
    const scores = epochs.map(({ validationScore = Number.NaN }) => validationScore).filter(Number.isFinite);
    const best = scores.length > 0 ? `, best ${scoreName} ${decimal(Math.max(...scores))}` : "";
    return `${names[i]}: ${epochs.length} epochs${best}`;
  });
  return `Loss and score over epochs. ${each.join("; ")}.`;
}
