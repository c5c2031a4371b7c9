import { rocAuc, rocCurve } from "@cxrkit/metrics";
import { areaText } from "./_format.js";
import type { LabelledScores } from "./LabelledScores.js";

/** A curve ready to draw. */
export interface DrawnCurve {
  readonly name: string;
  /** `0.812 (0.790–0.834)`, or a dash. */
  readonly area: string;
  /** Why there is no curve; absent if there is one. */
  readonly lack?: string;
  /** False and true positive rates in the order of the curve; empty if there is no curve. */
  readonly points: readonly { readonly fpr: number; readonly tpr: number }[];
}

/** The corners of a ROC curve, set on a raster of a tenth of a pixel, so that a figure's size has a bound. */
export function rocPoints(curve: LabelledScores, pixels: number): DrawnCurve {
  const { name, labels, scores, estimate } = curve;
  const { fpr, tpr } = rocCurve(labels, scores, { dropCollinear: true });
  const area = estimate
    ? areaText(estimate.estimate, estimate.lower, estimate.upper)
    : areaText(rocAuc(labels, scores), Number.NaN, Number.NaN);
  if (Number.isNaN(fpr[0]) || Number.isNaN(tpr[0])) {
    return { name, area, lack: lackOf(fpr, tpr), points: [] };
  }
  const raster = 10 * Math.ceil(pixels);
  const points = Array.from(fpr, (x, i) => ({
    fpr: Math.round(x * raster) / raster,
    tpr: Math.round((tpr[i] as number) * raster) / raster,
  }));
  return { name, area, points: corners(points) };
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
