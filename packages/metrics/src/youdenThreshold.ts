import { rocCurve } from "./rocCurve.js";

/** A working point on a ROC curve. */
export interface WorkingPoint {
  /** Scores of at least this count as positive; +Infinity where calling nothing positive is best. */
  readonly threshold: number;
  /** True positive rate there. */
  readonly sensitivity: number;
  /** True negative rate there. */
  readonly specificity: number;
}

/**
 * Threshold with the greatest Youden index J = sensitivity + specificity − 1; of several, the highest.
 *
 * Choose it on validation images and apply it to test images: on the images it was chosen on it flatters.
 *
 * @param labels - 1 present, 0 absent, NaN missing; pairs with a missing label are dropped. `[N]`
 * @param scores - Higher means more likely present; finite. `[N]`
 * @returns Threshold with sensitivity and specificity; all NaN if only one class is there.
 * @throws RangeError if the lengths differ, a label is something else, or a score is not finite, with its index.
 * @see Youden (1950), Index for rating diagnostic tests, Cancer 3:32–35.
 * @example
 * {@includeCode ../example/metrics.example.ts#youdenThreshold}
 */
export function youdenThreshold(labels: ArrayLike<number>, scores: ArrayLike<number>): WorkingPoint {
  // The points that scikit-learn keeps, so that ties in exact arithmetic are broken by the same rounding as there.
  const { fpr, tpr, thresholds } = rocCurve(labels, scores, { dropCollinear: true });
  let best = -1;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < thresholds.length; i++) {
    const index = (tpr[i] as number) - (fpr[i] as number);
    if (index > greatest) {
      greatest = index;
      best = i;
    }
  }
  if (best < 0) return { threshold: Number.NaN, sensitivity: Number.NaN, specificity: Number.NaN };
  return {
    threshold: thresholds[best] as number,
    sensitivity: tpr[best] as number,
    specificity: 1 - (fpr[best] as number),
  };
}
