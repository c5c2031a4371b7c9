import * as tf from "@tensorflow/tfjs-core";
import type { PositionConvention } from "./VitConfig.js";

/** Added to the grid before the scale is taken; the historic detail of DINOv2 that its weights were trained with. */
const dinov2Offset = 0.1;

/** Coefficient of the cubic convolution kernel, as PyTorch has it. */
const cubicCoefficient = -0.75;

/**
 * Resamples a table of position embeddings from one square grid to another; the class token's stays as it is.
 *
 * `dinov2`: bicubic (a = −0.75), not antialiased, edges clamped, source coordinate (i + ½)/s − ½ with the scale
 * s = (grid + 0.1)/storedGrid of the original implementation. It is two matrix products with constant matrices, so
 * gradients reach the stored table.
 *
 * @param positions - Stored table `[1, 1 + G², D]`; the class token comes first, then rows of the grid.
 * @param grid - Side g of the wanted grid, an integer of at least 1.
 * @param convention - Rule of resampling.
 * @returns Table `[1, 1 + g², D]`, which the caller disposes.
 * @throws RangeError if the table is not of that form, or an argument is out of range.
 * @see DINOv2, `interpolate_pos_encoding`: https://github.com/facebookresearch/dinov2/blob/main/dinov2/models/vision_transformer.py;
 * Keys (1981), Cubic convolution interpolation, equation 4.
 * @example {@includeCode ../example/parameters.example.ts#positions}
 */
export function resizePositionEmbedding(
  positions: tf.Tensor3D,
  grid: number,
  convention: PositionConvention,
): tf.Tensor3D {
  const [one, numTokens, width] = positions.shape;
  const storedGrid = Math.sqrt(numTokens - 1);
  if (one !== 1 || !Number.isInteger(storedGrid) || storedGrid < 1) {
    throw new RangeError(
      `resizePositionEmbedding: positions must have shape [1, 1 + G², D] for a whole G, got [${positions.shape.join(", ")}]`,
    );
  }
  if (!Number.isSafeInteger(grid) || grid < 1) {
    throw new RangeError(`resizePositionEmbedding: grid must be an integer of at least 1, got ${grid}`);
  }
  if (convention !== "dinov2") {
    throw new RangeError(`resizePositionEmbedding: convention must be "dinov2", got "${String(convention)}"`);
  }
  return tf.tidy(() => {
    const weights = tf.tensor2d(resamplingMatrix(storedGrid, grid), [grid, storedGrid]);
    const clsPosition = tf.slice(positions, [0, 0, 0], [1, 1, width]);
    const table = tf.reshape(tf.slice(positions, [0, 1, 0], [1, storedGrid * storedGrid, width]), [
      storedGrid,
      -1,
    ]);
    const rows = tf.reshape(tf.matMul(weights, table), [grid, storedGrid, width]);
    const columnsFirst = tf.reshape(tf.transpose(rows, [1, 0, 2]), [storedGrid, grid * width]);
    const resized = tf.reshape(tf.matMul(weights, columnsFirst), [grid, grid, width]);
    const patches = tf.reshape(tf.transpose(resized, [1, 0, 2]), [1, grid * grid, width]);
    return tf.concat3d([clsPosition, patches as tf.Tensor3D], 1);
  });
}

/** Weights of the stored points for each wanted point along one axis, `[grid, storedGrid]`. */
function resamplingMatrix(storedGrid: number, grid: number): Float32Array {
  const scale = (grid + dinov2Offset) / storedGrid;
  const matrix = new Float32Array(grid * storedGrid);
  for (let i = 0; i < grid; i++) {
    const source = (i + 0.5) / scale - 0.5;
    const left = Math.floor(source);
    for (let tap = left - 1; tap <= left + 2; tap++) {
      const index = i * storedGrid + Math.min(Math.max(tap, 0), storedGrid - 1);
      matrix[index] = (matrix[index] as number) + cubicKernel(Math.abs(source - tap));
    }
  }
  return matrix;
}

function cubicKernel(distance: number): number {
  const a = cubicCoefficient;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
