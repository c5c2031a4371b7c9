import { calibrated, calibrationNumbers, describeCalibration } from "./_calibrated.js";
import { calibrationSpec } from "./_calibrationSpec.js";
import { requireSome, requireText, requireUnique } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { oneLine } from "./_markup.js";
import { seriesStyles } from "./_theme.js";
import type { Svg } from "./Html.js";
import type { LabelledScores } from "./LabelledScores.js";

/** Curves of {@link calibrationFigure}. */
export interface CalibrationFigureInput {
  /** In the order of the legend, at most 30; scores are probabilities in [0, 1], and `estimate` is not used. */
  readonly curves: readonly LabelledScores[];
}

/** Options of {@link calibrationFigure}. */
export interface CalibrationFigureOptions {
  /** What the figure shows; a report sets it under the figure. */
  readonly title: string;
  /** Number of bins, an integer ≥ 1. @defaultValue `10` */
  readonly bins?: number;
  /** Bins of equal width, or as equal in number of images as ties allow. @defaultValue `"uniform"` */
  readonly strategy?: "uniform" | "quantile";
}

/**
 * Reliability curves: how often a finding is there among images given about the same probability, with the number of
 * images of each bin in a panel below. The legend states expected calibration error and Brier score.
 *
 * @param input - The curves. One without a known label is left out, and a note says so.
 * @param options - Title and bins.
 * @returns The figure; on the diagonal a probability means what it says.
 * @throws RangeError if there is no curve or more than 30, two have one name, the title is blank, a score lies outside
 *   [0, 1], or labels, scores or bins are not what `calibrationCurve` takes.
 * @see Niculescu-Mizil & Caruana (2005), Predicting good probabilities with supervised learning, figure 1; Naeini, Cooper
 *   & Hauskrecht (2015) for the error; Brier (1950) for the score.
 * @example
 * {@includeCode ../example/figures.example.ts#calibrationFigure}
 */
export async function calibrationFigure(
  { curves }: CalibrationFigureInput,
  { title, bins = 10, strategy = "uniform" }: CalibrationFigureOptions,
): Promise<Svg> {
  requireSome("calibrationFigure", "curves", curves.length);
  requireText("calibrationFigure", "title", title);
  requireUnique(
    "calibrationFigure",
    "names of curves",
    curves.map(({ name }) => oneLine(name)),
  );
  const styles = seriesStyles("calibrationFigure", "curves", curves.length);
  const drawn = curves.map((curve) => calibrated(curve, { bins, strategy }));
  const { spec, size } = calibrationSpec(drawn, styles);
  const numbers = calibrationNumbers(title, drawn);
  return drawSvg(spec, { title, description: describeCalibration(drawn), numbers }, size);
}
