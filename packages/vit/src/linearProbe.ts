import { requireInteger, requirePositive } from "./_check.js";
import { logisticRegression } from "./_logisticRegression.js";
import { requireFeatures, requireLabels } from "./_requireMatrix.js";
import type { Matrix } from "./Matrix.js";

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions {
  /**
   * Weight λ of the penalty λ/2·‖w‖² beside the sum of the losses, above 0: scikit-learn's 1/C. The bias is free.
   * @defaultValue `1`
   */
  readonly l2?: number;
  /** The search ends when no component of the gradient, divided by the number of images, exceeds it. @defaultValue `1e-10` */
  readonly tolerance?: number;
  /** Largest number of Newton steps for a finding. @defaultValue `100` */
  readonly maxIterations?: number;
}

/** What {@link linearProbe} found. Its numbers are laid out as `head.weight` and `head.bias` are. */
export interface LinearProbe {
  /** Weights `[K, D]`, row-major; a row of NaN for a finding that has no known label of both kinds. */
  readonly weight: Float64Array;
  /** Biases `[K]`. */
  readonly bias: Float64Array;
  /** Number of images with a known label for each finding. */
  readonly numKnown: Int32Array;
  /** Newton steps taken for each finding. */
  readonly iterations: Int32Array;
  /** Whether the gradient came below the tolerance, for each finding. */
  readonly converged: readonly boolean[];
}

/**
 * Logistic regression of each finding on frozen features, by Newton's method in double precision: the loss is convex,
 * so there is one answer, and no random number and no learning rate have a part in it.
 *
 * @param features - Features of the training images `[n, D]`, finite.
 * @param labels - Labels `[n, K]`: 1, 0, or NaN for unknown, which leaves the image out for that finding.
 * @param options - Penalty and end of the search.
 * @returns Weights and biases; {@link linearProbeScores} applies them.
 * @throws RangeError if sizes do not fit, a feature is not finite, a label is neither 1, 0 nor NaN, or an option is out of
 * range.
 * @see Oquab et al. (2024), DINOv2, section 7.1, for the evaluation; Nocedal & Wright (2006), Numerical Optimization,
 * algorithm 7.1 (line search Newton–CG); scikit-learn's `LogisticRegression`, whose minimum it is.
 * @example
 * {@includeCode ../example/evaluation.example.ts#probe}
 */
export function linearProbe(
  features: Matrix,
  labels: Matrix,
  { l2 = 1, tolerance = 1e-10, maxIterations = 100 }: LinearProbeOptions = {},
): LinearProbe {
  requireFeatures("linearProbe", "features", features);
  requireLabels("linearProbe", "labels", labels, features.rows);
  requirePositive("linearProbe", "l2", l2);
  requirePositive("linearProbe", "tolerance", tolerance);
  requireInteger("linearProbe", "maxIterations", maxIterations, 1);
  const { rows, columns: width } = features;
  const { columns: numFindings } = labels;
  const data = features.data instanceof Float32Array ? features.data : Float64Array.from(features.data);
  const weight = new Float64Array(numFindings * width).fill(Number.NaN);
  const bias = new Float64Array(numFindings).fill(Number.NaN);
  const numKnown = new Int32Array(numFindings);
  const iterations = new Int32Array(numFindings);
  const converged: boolean[] = [];
  for (let finding = 0; finding < numFindings; finding++) {
    const labelOf = (row: number) => labels.data[row * numFindings + finding] as number;
    const known = Int32Array.from({ length: rows }, (_, row) => row).filter(
      (row) => !Number.isNaN(labelOf(row)),
    );
    const targets = Float64Array.from(known, labelOf);
    numKnown[finding] = known.length;
    const hasBoth = targets.includes(0) && targets.includes(1);
    converged.push(hasBoth);
    if (!hasBoth) continue;
    const fit = logisticRegression({ data, width, known, targets }, { l2, tolerance, maxIterations });
    weight.set(fit.solution.subarray(0, width), finding * width);
    bias[finding] = fit.solution[width] as number;
    iterations[finding] = fit.iterations;
    converged[finding] = fit.converged;
  }
  return { weight, bias, numKnown, iterations, converged };
}
