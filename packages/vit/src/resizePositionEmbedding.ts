import * as tf from "@tensorflow/tfjs-core";
import { requireConvention, requireGrid } from "./_check.js";
import { type Grid, toGrid } from "./_grid.js";
import { resamplingMatrices } from "./_resampling.js";
import type { PositionConvention } from "./VitConfig.js";

/** Options of {@link resizePositionEmbedding}. */
export interface ResizePositionEmbeddingOptions {
  /** Rows and columns of the stored grid. @defaultValue a square */
  readonly storedGrid?: number | readonly [rows: number, columns: number];
  /** Whether the table begins with a row for the class token. @defaultValue `true` */
  readonly classPosition?: boolean;
}

/**
 * Resamples a table of position embeddings from one grid to another; the class token's stays as it is.
 *
 * All conventions are bicubic; weights were trained or published under one of them, and the others give other logits:
 * - `dinov2`, of DINOv2 without registers: a = −0.75, not antialiased, edges clamped, source coordinate (i + ½)/s − ½
 *   with the scale s = (grid + 0.1)/storedGrid on each axis;
 * - `huggingface`, of transformers' ViT and Dinov2: the same with s = grid/storedGrid;
 * - `timm`, of timm, and of DINOv2 with registers: a = −0.5, antialiased, s = grid/storedGrid, weights beyond the
 *   edges left out.
 *
 * It is two matrix products with constant matrices, so gradients reach the stored table.
 *
 * @param positions - Stored table `[1, 1 + R·C, D]`; the class token comes first, then the grid row by row.
 * @param grid - Rows and columns of the wanted grid, each an integer of at least 1; one number if it is square.
 * @param convention - Rule of resampling.
 * @param options - Stored grid that is no square; table without a row for the class token.
 * @returns Table `[1, 1 + r·c, D]`, which the caller disposes.
 * @throws RangeError if the table is not of that form, or an argument is out of range.
 * @see DINOv2, `interpolate_pos_encoding`: https://github.com/facebookresearch/dinov2/blob/main/dinov2/models/vision_transformer.py;
 * transformers, `Dinov2Embeddings.interpolate_pos_encoding`; timm, `resample_abs_pos_embed`; Keys (1981), Cubic
 * convolution interpolation, equation 4.
 * @example
 * {@includeCode ../example/parameters.example.ts#positions}
 */
export function resizePositionEmbedding(
  positions: tf.Tensor3D,
  grid: number | readonly [rows: number, columns: number],
  convention: PositionConvention,
  { storedGrid, classPosition = true }: ResizePositionEmbeddingOptions = {},
): tf.Tensor3D {
  const numClassRows = classPosition ? 1 : 0;
  const stored = requirePositions(positions, storedGrid, numClassRows);
  requireGrid("resizePositionEmbedding", "grid", grid);
  requireConvention("resizePositionEmbedding", "convention", convention);
  const wanted = toGrid(grid);
  const width = positions.shape[2];
  const matrices = resamplingMatrices(stored, wanted, convention);
  return tf.tidy(() => {
    const [byRow, byColumn] = matrices.map((weights, axis) =>
      tf.tensor2d(Float32Array.from(weights), [wanted[axis as 0 | 1], stored[axis as 0 | 1]]),
    ) as [tf.Tensor2D, tf.Tensor2D];
    const patches = tf.slice(positions, [0, numClassRows, 0], [1, stored[0] * stored[1], width]);
    const rows = tf.reshape(tf.matMul(byRow, tf.reshape(patches, [stored[0], -1])), [
      wanted[0],
      stored[1],
      width,
    ]);
    const columnsFirst = tf.reshape(tf.transpose(rows, [1, 0, 2]), [stored[1], wanted[0] * width]);
    const resized = tf.reshape(tf.matMul(byColumn, columnsFirst), [wanted[1], wanted[0], width]);
    const table = tf.reshape(tf.transpose(resized, [1, 0, 2]), [
      1,
      wanted[0] * wanted[1],
      width,
    ]) as tf.Tensor3D;
    if (!classPosition) return table;
    return tf.concat3d([tf.slice(positions, [0, 0, 0], [1, 1, width]), table], 1);
  });
}

/** Rows and columns of the stored grid. */
function requirePositions(
  { shape }: tf.Tensor3D,
  storedGrid: number | Grid | undefined,
  numClassRows: number,
): Grid {
  const [one, numRows] = shape;
  const form = numClassRows === 1 ? "1 + " : "";
  if (storedGrid === undefined) {
    const side = Math.sqrt(numRows - numClassRows);
    if (one === 1 && Number.isInteger(side) && side >= 1) return [side, side];
    throw new RangeError(
      `resizePositionEmbedding: positions must have shape [1, ${form}G², D] for a whole G, got [${shape.join(", ")}]`,
    );
  }
  requireGrid("resizePositionEmbedding", "storedGrid", storedGrid);
  const [rows, columns] = toGrid(storedGrid);
  if (one === 1 && numRows === numClassRows + rows * columns) return [rows, columns];
  throw new RangeError(
    `resizePositionEmbedding: positions must have shape [1, ${form}${rows}·${columns}, D], got [${shape.join(", ")}]`,
  );
}
