import type { Grid } from "./_grid.js";
import type { PositionConvention } from "./VitConfig.js";

/** Added to the grid before the scale is taken; the historic detail of DINOv2 that its weights were trained with. */
const dinov2Offset = 0.1;

/** Coefficient of PyTorch's cubic convolution kernel without antialiasing. */
const plainCoefficient = -0.75;

/** Coefficient of PyTorch's cubic convolution kernel with antialiasing, which it shares with Pillow. */
const antialiasedCoefficient = -0.5;

/** Weights of the stored points for each wanted point, one matrix `[wanted, stored]` for each axis. */
export function resamplingMatrices(
  stored: Grid,
  wanted: Grid,
  convention: PositionConvention,
): readonly [rows: Float64Array, columns: Float64Array] {
  const matrix = (axis: 0 | 1) =>
    convention === "timm"
      ? antialiasedMatrix(stored[axis], wanted[axis])
      : plainMatrix(stored[axis], wanted[axis], convention === "dinov2" ? dinov2Offset : 0);
  return [matrix(0), matrix(1)];
}

/** Four taps around the source coordinate (i + ½)/s − ½ with s = (wanted + offset)/stored; edges are clamped. */
function plainMatrix(stored: number, wanted: number, offset: number): Float64Array {
  const scale = (wanted + offset) / stored;
  const matrix = new Float64Array(wanted * stored);
  for (let i = 0; i < wanted; i++) {
    const source = (i + 0.5) / scale - 0.5;
    const left = Math.floor(source);
    for (let tap = left - 1; tap <= left + 2; tap++) {
      const index = i * stored + Math.min(Math.max(tap, 0), stored - 1);
      matrix[index] = (matrix[index] as number) + cubicKernel(Math.abs(source - tap), plainCoefficient);
    }
  }
  return matrix;
}

/** The kernel is widened where the table shrinks, cut off at the edges, and its weights are brought to a sum of 1. */
function antialiasedMatrix(stored: number, wanted: number): Float64Array {
  const step = stored / wanted;
  const stretch = Math.max(step, 1);
  const matrix = new Float64Array(wanted * stored);
  for (let i = 0; i < wanted; i++) {
    const centre = (i + 0.5) * step;
    const row = matrix.subarray(i * stored, (i + 1) * stored);
    const first = Math.max(Math.trunc(centre - 2 * stretch + 0.5), 0);
    const end = Math.min(Math.trunc(centre + 2 * stretch + 0.5), stored);
    for (let tap = first; tap < end; tap++)
      row[tap] = cubicKernel(Math.abs(tap + 0.5 - centre) / stretch, antialiasedCoefficient);
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = first; tap < end; tap++) row[tap] = (row[tap] as number) / sum;
  }
  return matrix;
}

/** Keys (1981), Cubic convolution interpolation for digital image processing, equation 4 with coefficient a. */
function cubicKernel(distance: number, a: number): number {
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
