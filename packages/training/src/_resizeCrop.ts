/** A rectangle of an image in whole pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which pixels an output pixel is made from, with weights in units of 2⁻²² that sum to about 1. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

const precision = 22;
const half = 1 << (precision - 1);

/** Cuts a rectangle out of a grey image, brings it to a square, and mirrors it where wanted. */
export type CropResizer = (
  source: Uint8Array,
  sourceWidth: number,
  box: Box,
  target: Uint8Array,
  flip: boolean,
) => void;

/**
 * Makes a {@link CropResizer} for squares of one size: a triangle filter as wide as an output pixel where the image
 * becomes smaller, else bilinear interpolation, along rows and then along columns. Every byte is that of Pillow's `resize`
 * with `BILINEAR` of the cut-out rectangle, except that Pillow 13 begins with the columns of one that is 1.4 times as high
 * as wide or more, which may change the last digit.
 */
export function createCropResizer(size: number): CropResizer {
  const known = new Map<number, Taps>();
  const tapsFor = (length: number): Taps => {
    let taps = known.get(length);
    if (taps === undefined) {
      taps = triangleTaps(length, size);
      known.set(length, taps);
    }
    return taps;
  };
  let rows = new Uint8Array(0);
  const sums = new Int32Array(size);
  return (source, sourceWidth, box, target, flip) => {
    if (rows.length < size * box.height) rows = new Uint8Array(size * box.height);
    alongRows(source, sourceWidth, box, rows, tapsFor(box.width), flip);
    alongColumns(rows, target, tapsFor(box.height), sums);
  };
}

function alongRows(
  source: Uint8Array,
  sourceWidth: number,
  { left, top, height }: Box,
  target: Uint8Array,
  { first, count, weights, stride }: Taps,
  flip: boolean,
): void {
  const size = first.length;
  for (let y = 0; y < height; y++) {
    const line = (top + y) * sourceWidth + left;
    let at = flip ? (y + 1) * size - 1 : y * size;
    const step = flip ? -1 : 1;
    for (let x = 0; x < size; x++, at += step) {
      let from = line + (first[x] as number);
      const end = from + (count[x] as number);
      let sum = half;
      for (let tap = x * stride; from < end; tap++, from++)
        sum = (sum + Math.imul(source[from] as number, weights[tap] as number)) | 0;
      target[at] = sum >> precision;
    }
  }
}

function alongColumns(
  rows: Uint8Array,
  target: Uint8Array,
  { first, count, weights, stride }: Taps,
  sums: Int32Array,
): void {
  const size = sums.length;
  for (let y = 0; y < size; y++) {
    sums.fill(half);
    for (let tap = 0; tap < (count[y] as number); tap++) {
      const weight = weights[y * stride + tap] as number;
      const line = ((first[y] as number) + tap) * size;
      for (let x = 0; x < size; x++)
        sums[x] = (sums[x] as number) + Math.imul(rows[line + x] as number, weight);
    }
    for (let x = 0; x < size; x++) target[y * size + x] = (sums[x] as number) >> precision;
  }
}

function triangleTaps(inputSize: number, outputSize: number): Taps {
  const scale = inputSize / outputSize;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * stride);
  for (let out = 0; out < outputSize; out++) {
    const centre = (out + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    const heights = Array.from({ length: end - begin }, (_, i) =>
      Math.max(0, 1 - Math.abs((begin + i - centre + 0.5) / support)),
    );
    const sum = heights.reduce((total, height) => total + height, 0);
    for (const [i, height] of heights.entries())
      weights[out * stride + i] = Math.trunc((height / sum) * 2 ** precision + 0.5);
    first[out] = begin;
    count[out] = end - begin;
  }
  return { first, count, weights, stride };
}
