import { type ResizeFilter, type Taps, tapsOf } from "./_resampleTaps.js";

const precision = 22;
const half = 1 << (precision - 1);

/** Taps whose weights are integers in units of 2⁻²². */
interface WholeTaps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Resizes a grey image with an antialiasing filter, first along rows, then along columns. Every byte is that of
 * Pillow's `Image.resize`, on every machine: the weights are integers.
 *
 * @param pixels - Grey bytes, shape `[height, width]`.
 * @returns Grey bytes, shape `[newHeight, newWidth]`.
 */
export function resizeGrey(
  pixels: Uint8Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
  filter: ResizeFilter = "triangle",
): Uint8Array {
  let rows = pixels;
  if (newWidth !== width) {
    rows = new Uint8Array(newWidth * height);
    alongRows(pixels, rows, wholeTaps(tapsOf(width, newWidth, filter)), width);
  }
  if (newHeight === height) return rows;
  const result = new Uint8Array(newWidth * newHeight);
  alongColumns(rows, result, wholeTaps(tapsOf(height, newHeight, filter)), newWidth);
  return result;
}

/**
 * Resizes grey values of more than 8 bits, not rounded to integers.
 *
 * @param pixels - Grey values, shape `[height, width]`.
 * @returns Grey values, shape `[newHeight, newWidth]`: those of Pillow's `Image.resize` in mode F.
 */
export function resizeDeep(
  pixels: Uint16Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
  filter: ResizeFilter = "triangle",
): Float32Array {
  const rows = new Float32Array(newWidth * height);
  deepAlongRows(pixels, rows, tapsOf(width, newWidth, filter), width);
  const result = new Float32Array(newWidth * newHeight);
  deepAlongColumns(rows, result, tapsOf(height, newHeight, filter), newWidth);
  return result;
}

function wholeTaps({ first, count, weights, stride }: Taps): WholeTaps {
  const whole = Int32Array.from(weights, (weight) =>
    Math.trunc(weight * 2 ** precision + (weight < 0 ? -0.5 : 0.5)),
  );
  return { first, count, weights: whole, stride };
}

function alongRows(source: Uint8Array, target: Uint8Array, taps: WholeTaps, width: number): void {
  const { first, count, weights, stride } = taps;
  let at = 0;
  for (let line = 0; line < source.length; line += width)
    for (let out = 0; out < first.length; out++) {
      let from = line + (first[out] as number);
      const end = from + (count[out] as number);
      let sum = half;
      for (let tap = out * stride; from < end; tap++, from++)
        sum = (sum + Math.imul(source[from] as number, weights[tap] as number)) | 0;
      target[at++] = byteOf(sum >> precision);
    }
}

function alongColumns(source: Uint8Array, target: Uint8Array, taps: WholeTaps, width: number): void {
  const { first, count, weights, stride } = taps;
  const sums = new Int32Array(width);
  for (let out = 0; out < first.length; out++) {
    sums.fill(half);
    const begin = (first[out] as number) * width;
    for (let tap = 0; tap < (count[out] as number); tap++) {
      const weight = weights[out * stride + tap] as number;
      const line = begin + tap * width;
      for (let x = 0; x < width; x++)
        sums[x] = (sums[x] as number) + Math.imul(source[line + x] as number, weight);
    }
    for (let x = 0; x < width; x++) target[out * width + x] = byteOf((sums[x] as number) >> precision);
  }
}

function byteOf(value: number): number {
  return Math.max(0, Math.min(value, 255));
}

function deepAlongRows(source: Uint16Array, target: Float32Array, taps: Taps, width: number): void {
  const { first, count, weights, stride } = taps;
  let at = 0;
  for (let line = 0; line < source.length; line += width)
    for (let out = 0; out < first.length; out++) {
      let from = line + (first[out] as number);
      const end = from + (count[out] as number);
      let sum = 0;
      for (let tap = out * stride; from < end; tap++, from++)
        sum += (source[from] as number) * (weights[tap] as number);
      target[at++] = sum;
    }
}

function deepAlongColumns(source: Float32Array, target: Float32Array, taps: Taps, width: number): void {
  const { first, count, weights, stride } = taps;
  const sums = new Float64Array(width);
  for (let out = 0; out < first.length; out++) {
    sums.fill(0);
    const begin = (first[out] as number) * width;
    for (let tap = 0; tap < (count[out] as number); tap++) {
      const weight = weights[out * stride + tap] as number;
      const line = begin + tap * width;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + (source[line + x] as number) * weight;
    }
    target.set(sums, out * width);
  }
}
