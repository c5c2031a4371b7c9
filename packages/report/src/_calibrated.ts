import { brierScore, calibrationCurve, expectedCalibrationError } from "@cxrkit/metrics";
import { countText, decimal } from "./_format.js";
import { oneLine } from "./_markup.js";
import type { LabelledScores } from "./LabelledScores.js";
import type { Table } from "./Table.js";

/** A reliability curve ready to draw. */
export interface CalibratedCurve {
  readonly name: string;
  readonly points: readonly {
    readonly predicted: number;
    readonly observed: number;
    readonly count: number;
  }[];
  /** `ECE 0.031, Brier 0.112`, or why there is no curve. */
  readonly words: string;
}

/** Bins, error and score of a curve; no points where no label is known. */
export function calibrated(
  { name, labels, scores }: LabelledScores,
  options: { readonly bins: number; readonly strategy: "uniform" | "quantile" },
): CalibratedCurve {
  const { predicted, observed, counts } = calibrationCurve(labels, scores, options);
  const points = Array.from(predicted, (score, i) => ({
    predicted: score,
    observed: observed[i] as number,
    count: counts[i] as number,
  }));
  const error = expectedCalibrationError(labels, scores, options);
  const words =
    points.length > 0
      ? `ECE ${decimal(error)}, Brier ${decimal(brierScore(labels, scores))}`
      : "no labelled image";
  return { name: oneLine(name), points, words };
}

/** The bins as a record. */
export function calibrationNumbers(title: string, curves: readonly CalibratedCurve[]): Table {
  return {
    title,
    columns: [
      { label: "Curve" },
      { label: "Mean score" },
      { label: "Share of positives" },
      { label: "Images", numbers: "count" },
    ],
    rows: curves.flatMap(({ name, points }) =>
      points.map(({ predicted, observed, count }) => [name, predicted, observed, count]),
    ),
  };
}

/** What the curves show, in words and numbers. */
export function describeCalibration(curves: readonly CalibratedCurve[]): string {
  const each = curves.map(({ name, points, words }) => {
    const bins = points.map(
      ({ predicted, observed, count }) =>
        `${decimal(predicted)} to ${decimal(observed)} (${countText(count)})`,
    );
    return `${name}: ${words}${bins.length > 0 ? `; ${bins.join(", ")}` : ""}`;
  });
  return `Reliability curves, mean score to share of positives (images). ${each.join(". ")}.`;
}
