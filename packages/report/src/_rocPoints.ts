import { rocAuc, rocCurve } from "@cxrkit/metrics";
import { areaText, countText, percentText } from "./_format.js";
import { type BandPoint, resampledWeights, rocBand } from "./_rocBand.js";
import type { LabelledScores } from "./LabelledScores.js";
import type { RocBand } from "./RocBand.js";
import type { Table } from "./Table.js";

/** A curve ready to draw. */
export interface DrawnCurve {
  readonly name: string;
  /** `0.812 (0.790–0.834)`, or a dash. */
  readonly area: string;
  /** Why there is no curve; absent if there is one. */
  readonly lack?: string;
  /** False and true positive rates in the order of the curve; empty if there is no curve. */
  readonly points: readonly { readonly fpr: number; readonly tpr: number }[];
  /** Its band; empty if there is none. */
  readonly band: readonly BandPoint[];
}

/** The corners of a ROC curve, set on a raster of a tenth of a pixel, so that a figure's size has a bound. */
export function rocPoints(curve: LabelledScores, pixels: number, band?: RocBand): DrawnCurve {
  const { name, labels, scores, estimate } = curve;
  const { fpr, tpr } = rocCurve(labels, scores, { dropCollinear: true });
  const area = estimate
    ? areaText(estimate.estimate, estimate.lower, estimate.upper)
    : areaText(rocAuc(labels, scores), Number.NaN, Number.NaN);
  if (Number.isNaN(fpr[0]) || Number.isNaN(tpr[0])) {
    return { name, area, lack: lackOf(fpr, tpr), points: [], band: [] };
  }
  const raster = 10 * Math.ceil(pixels);
  const points = Array.from(fpr, (x, i) => ({
    fpr: Math.round(x * raster) / raster,
    tpr: Math.round((tpr[i] as number) * raster) / raster,
  }));
  return { name, area, points: corners(points), band: band ? bandOf(curve, band, raster) : [] };
}

function bandOf({ labels, scores }: LabelledScores, band: RocBand, raster: number): BandPoint[] {
  const resamples = resampledWeights(scores.length, band);
  const set = (rate: number) => Math.round(rate * raster) / raster;
  return rocBand(labels, scores, resamples, band.coverage ?? 0.95).map(({ fpr, lower, upper }) => ({
    fpr,
    lower: set(lower),
    upper: set(upper),
  }));
}

/** The corners of the curves, and the bands around them, as a record. */
export function rocNumbers(title: string, curves: readonly DrawnCurve[]): Table {
  const rates = [
    "False positive rate",
    "True positive rate",
    "Lower end of the band",
    "Upper end of the band",
  ];
  return {
    title,
    columns: ["Curve", ...rates].map((label) => ({ label })),
    rows: curves.flatMap(({ name, points, band }) => [
      ...points.map(({ fpr, tpr }) => [name, fpr, tpr, null, null]),
      ...band.map(({ fpr, lower, upper }) => [name, fpr, null, lower, upper]),
    ]),
  };
}

/** How the bands were made, in a sentence. */
export function bandText({ seed, replicates = 200, coverage = 0.95, patients }: RocBand): string {
  return `Bands: ${percentText(coverage)} pointwise, vertical averaging of ${countText(replicates)} resamples of ${patients ? "patients" : "images"}, seed ${seed}.`;
}

function lackOf(fpr: Float64Array, tpr: Float64Array): string {
  if (Number.isNaN(fpr[0]) && Number.isNaN(tpr[0])) return "no labelled image";
  return Number.isNaN(tpr[0]) ? "no positive image" : "no negative image";
}

/** Without points that repeat the one before, and those on an upright or level line between their neighbours. */
function corners(points: DrawnCurve["points"]): DrawnCurve["points"] {
  const kept: { fpr: number; tpr: number }[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last && last.fpr === point.fpr && last.tpr === point.tpr) continue;
    const before = kept.at(-2);
    const isOnLine =
      last &&
      before &&
      ((before.fpr === last.fpr && last.fpr === point.fpr) ||
        (before.tpr === last.tpr && last.tpr === point.tpr));
    if (isOnLine) kept.pop();
    kept.push(point);
  }
  return kept;
}
