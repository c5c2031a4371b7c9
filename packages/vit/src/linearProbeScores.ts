import { requireFeatures } from "./_requireMatrix.js";
import type { LinearProbe } from "./linearProbe.js";
import type { Matrix } from "./Matrix.js";

/**
 * Probabilities that a linear probe gives to images.
 *
 * @param probe - What {@link linearProbe} found.
 * @param features - Features of the images `[m, D]`, finite.
 * @returns Probabilities `[m, K]` in [0, 1], row-major; NaN for a finding that could not be fitted.
 * @throws RangeError if the features have another number of columns, or one is not finite.
 * @see Cox (1958), The regression analysis of binary sequences, equation 1.
 * @example
 * {@includeCode ../example/evaluation.example.ts#probe}
 */
export function linearProbeScores(
  { weight, bias }: Pick<LinearProbe, "weight" | "bias">,
  features: Matrix,
): Float64Array {
  requireFeatures("linearProbeScores", "features", features);
  const { data, rows, columns: width } = features;
  const numFindings = bias.length;
  if (weight.length !== numFindings * width)
    throw new RangeError(
      `linearProbeScores: features must have ${weight.length / numFindings} columns, as the probe, got ${width}`,
    );
  const scores = new Float64Array(rows * numFindings);
  for (let row = 0; row < rows; row++) {
    for (let finding = 0; finding < numFindings; finding++) {
      let logit = bias[finding] as number;
      for (let i = 0; i < width; i++)
        logit += (data[row * width + i] as number) * (weight[finding * width + i] as number);
      scores[row * numFindings + finding] = 1 / (1 + Math.exp(-logit));
    }
  }
  return scores;
}
