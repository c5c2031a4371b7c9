import type { LabelMatrix } from "./applyLabelPolicy.js";

/**
 * Weight of the positive images of each finding in a loss: (N − P) / P, where N counts the labels that are not NaN
 * and P the positive ones, so that positives and negatives weigh the same in sum.
 *
 * Where P = 0 the ratio is undefined; the weight is then 1, which no positive label ever meets. Where every label
 * is positive it is 0.
 *
 * The study counts all training rows of a collection, also those of views that it does not train on: read the
 * manifest with `views: "all"` to get its weights.
 *
 * @param labels - 1, 0 or NaN, shape `[rows, columns]`, of the training images only.
 * @returns One weight a finding, shape `[columns]`.
 * @throws RangeError if a label is none of 1, 0 and NaN or the matrix has another length than its shape.
 * @see PyTorch, `BCEWithLogitsLoss`, argument `pos_weight`; the study divides by P + 1e-15.
 * @example
 * {@includeCode ../example/applyLabelPolicy.example.ts}
 */
export function positiveWeights({ data, rows, columns }: LabelMatrix): Float32Array {
  if (data.length !== rows * columns)
    throw new RangeError(
      `positiveWeights: labels must have ${rows} × ${columns} elements, got ${data.length}`,
    );
  const weights = new Float32Array(columns);
  for (let k = 0; k < columns; k++) {
    let numLabels = 0;
    let numPositives = 0;
    for (let row = 0; row < rows; row++) {
      const label = data[row * columns + k] as number;
      if (Number.isNaN(label)) continue;
      if (label !== 0 && label !== 1)
        throw new RangeError(
          `positiveWeights: labels must be 1, 0 or NaN, got ${label} in row ${row}, column ${k}`,
        );
      numLabels++;
      numPositives += label;
    }
    weights[k] = numPositives === 0 ? 1 : (numLabels - numPositives) / numPositives;
  }
  return weights;
}
