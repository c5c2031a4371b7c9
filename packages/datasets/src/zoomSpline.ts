import { requireInteger } from "./_check.js";
import { filterColumns, filterRows } from "./_splineFilter.js";

/** Stored values of one channel, row by row. */
export interface StoredValues<T extends Uint8Array | Uint16Array | Int16Array> {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Values, shape `[height, width]`. */
  readonly pixels: T;
}

/** Where one axis of the result is sampled: three neighbours and their weights for each output index. */
interface Samples {
  /** Input index of each neighbour, shape `[N, 3]`. */
  readonly index: Int32Array;
  /** Weight of each neighbour, shape `[N, 3]`. */
  readonly weight: Float64Array;
  /** Output indices from this one on lie outside the input and are 0. */
  readonly end: number;
}

const where = "zoomSpline";

/**
 * Resizes an image by interpolation with a quadratic B-spline, as `scipy.ndimage.zoom(order=2)` does: first and last
 * pixels stay where they are, the aspect ratio is not kept, and nothing is averaged away, so that a reduction aliases.
 * The spline overshoots at edges; unsigned values are cut at their range.
 *
 * Where (n − 1) / (N − 1) · (N − 1) exceeds n − 1 in float64, as it does from 512 or 2048 to 224, SciPy takes the last
 * row or column for outside of the image and sets it to 0; so does this function.
 *
 * @param image - Stored values.
 * @param newWidth - Number of columns N of the result, an integer ≥ 1.
 * @param newHeight - Number of rows of the result, an integer ≥ 1.
 * @returns Values of the same type, shape `[newHeight, newWidth]`.
 * @throws RangeError if a length is no integer ≥ 1 or the pixels have another number than width × height.
 * @see Unser, Aldroubi & Eden (1993), B-spline signal processing, IEEE Trans. Signal Process. 41, 821–848;
 *   SciPy, `scipy.ndimage.zoom`.
 * @example
 * {@includeCode ../example/prepareImage.example.ts}
 */
export function zoomSpline<T extends Uint8Array | Uint16Array | Int16Array>(
  image: StoredValues<T>,
  newWidth: number,
  newHeight: number,
): T {
  const { width, height, pixels } = image;
  requireInteger(where, "width", width, 1);
  requireInteger(where, "height", height, 1);
  requireInteger(where, "newWidth", newWidth, 1);
  requireInteger(where, "newHeight", newHeight, 1);
  if (pixels.length !== width * height)
    throw new RangeError(`${where}: pixels must have ${width} × ${height} values, got ${pixels.length}`);
  const rows = samplesOf(height, newHeight);
  const columns = samplesOf(width, newWidth);
  const needed = Int32Array.from(new Set(rows.index)).sort();
  const slots = new Int32Array(height);
  needed.forEach((row, slot) => {
    slots[row] = slot;
  });
  const coefficients = filterColumns(pixels, width, height, needed);
  filterRows(coefficients, width, needed.length);
  const values = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < rows.end; y++) {
    const first = y * 3;
    const lines = rows.index.subarray(first, first + 3).map((row) => (slots[row] as number) * width);
    const line = values.subarray(y * newWidth, y * newWidth + columns.end);
    sumLine(coefficients, lines, rows.weight.subarray(first, first + 3), columns, line);
  }
  return cast(values, pixels);
}

function samplesOf(length: number, newLength: number): Samples {
  const step = newLength > 1 ? (length - 1) / (newLength - 1) : 1;
  const index = new Int32Array(newLength * 3);
  const weight = new Float64Array(newLength * 3);
  let end = newLength;
  for (let out = newLength - 1; out >= 0; out--) {
    const position = out * step;
    if (position > length - 1) end = out;
    const centre = Math.min(Math.floor(position + 0.5), length - 1);
    const offset = position - centre;
    const before = 0.5 - offset;
    const [left, middle] = [0.5 * before * before, 0.75 - offset * offset];
    weight.set([left, middle, 1 - left - middle], out * 3);
    for (let tap = 0; tap < 3; tap++) index[out * 3 + tap] = mirrored(centre + tap - 1, length);
  }
  return { index, weight, end };
}

function mirrored(index: number, length: number): number {
  if (length === 1) return 0;
  const inside = Math.abs(index);
  return inside < length ? inside : 2 * length - 2 - inside;
}

/** One line of the result; products and sums in the order of SciPy's loops, so that ties round alike. */
function sumLine(
  coefficients: Float64Array,
  lines: Int32Array,
  lineWeights: Float64Array,
  { index, weight }: Samples,
  target: Float64Array,
): void {
  for (let x = 0; x < target.length; x++) {
    let sum = 0;
    for (let row = 0; row < 3; row++) {
      const line = lines[row] as number;
      const lineWeight = lineWeights[row] as number;
      for (let tap = x * 3; tap < x * 3 + 3; tap++)
        sum += (coefficients[line + (index[tap] as number)] as number) * lineWeight * (weight[tap] as number);
    }
    target[x] = sum;
  }
}

/** Rounds halves away from zero and cuts at the range of the type. */
function cast<T extends Uint8Array | Uint16Array | Int16Array>(values: Float64Array, like: T): T {
  const isSigned = like instanceof Int16Array;
  const highest = isSigned ? 32767 : like instanceof Uint16Array ? 65535 : 255;
  const lowest = isSigned ? -32768 : 0;
  const result = new (like.constructor as new (length: number) => T)(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    result[i] = Math.max(lowest, Math.min(highest, Math.trunc(value > 0 ? value + 0.5 : value - 0.5)));
  }
  return result;
}
