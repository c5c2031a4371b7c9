/** √8 − 3, rounded as SciPy has it; `Math.sqrt(8) - 3` differs in the last bits, and then ties round differently. */
const pole = -0.1715728752538099;

/** (1 − pole)(1 − 1 / pole) of one axis; a power of two, so that both can be multiplied in at once without rounding. */
const gain = 8;

/** Number of columns that are filtered together, so that they stay in the cache. */
const stripWidth = 64;

/** Powers of the pole beyond this one change no double. */
const horizon = 64;

/**
 * Filters columns into coefficients of the quadratic B-spline that goes through them, mirrored at their ends (edge not
 * repeated); the gain of both axes is already in them.
 *
 * @param pixels - Values, shape `[height, width]`.
 * @param rows - Rows to keep, ascending.
 * @returns Coefficients, shape `[rows.length, width]`.
 */
export function filterColumns(
  pixels: Uint8Array | Uint16Array | Int16Array,
  width: number,
  height: number,
  rows: Int32Array,
): Float64Array {
  const columnGain = (height > 1 ? gain : 1) * (width > 1 ? gain : 1);
  const kept = new Float64Array(rows.length * width);
  const strip = new Float64Array(height * Math.min(stripWidth, width));
  for (let left = 0; left < width; left += stripWidth) {
    const columns = Math.min(stripWidth, width - left);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < columns; x++)
        strip[y * columns + x] = (pixels[y * width + left + x] as number) * columnGain;
    if (height > 1) filterStrip(strip, columns, height);
    rows.forEach((row, slot) => {
      kept.set(strip.subarray(row * columns, (row + 1) * columns), slot * width + left);
    });
  }
  return kept;
}

/** The recursions of all columns of a strip, line by line. */
function filterStrip(strip: Float64Array, columns: number, height: number): void {
  for (let x = 0; x < columns; x++) strip[x] = firstCausal(strip, x, columns, height);
  for (let i = columns; i < columns * height; i++)
    strip[i] = (strip[i] as number) + pole * (strip[i - columns] as number);
  const last = columns * (height - 1);
  for (let i = last; i < last + columns; i++)
    strip[i] = lastAnticausal(strip[i] as number, strip[i - columns] as number);
  for (let i = last - 1; i >= 0; i--)
    strip[i] = pole * ((strip[i + columns] as number) - (strip[i] as number));
}

/** Filters lines of coefficients along themselves, in place. */
export function filterRows(lines: Float64Array, width: number, numLines: number): void {
  if (width === 1) return;
  for (let first = 0; first < numLines * width; first += width) {
    const last = first + width - 1;
    let value = firstCausal(lines, first, 1, width);
    lines[first] = value;
    for (let i = first + 1; i <= last; i++) {
      value = (lines[i] as number) + pole * value;
      lines[i] = value;
    }
    value = lastAnticausal(value, lines[last - 1] as number);
    lines[last] = value;
    for (let i = last - 1; i >= first; i--) {
      value = pole * (value - (lines[i] as number));
      lines[i] = value;
    }
  }
}

/** Start of the causal recursion: the sum over the mirrored line. */
function firstCausal(values: Float64Array, first: number, step: number, length: number): number {
  const whole = pole ** (length - 1);
  let sum = (values[first] as number) + whole * (values[first + (length - 1) * step] as number);
  let power = pole;
  for (let i = 1; i < Math.min(length - 1, horizon); i++) {
    const opposite = values[first + (length - 1 - i) * step] as number;
    sum += power * ((values[first + i * step] as number) + whole * opposite);
    power *= pole;
  }
  return sum / (1 - whole * whole);
}

function lastAnticausal(last: number, beforeLast: number): number {
  return ((pole * beforeLast + last) * pole) / (pole * pole - 1);
}
