/**
 * How much the pixels around an output pixel count. `nearest` takes one pixel (Pillow's NEAREST), `box` the mean of the
 * area (BOX), `triangle` is Pillow's BILINEAR, `hamming` its HAMMING, `cubic` its BICUBIC with a = −0.5, `lanczos` its
 * LANCZOS of three lobes. All but `nearest` average when an image becomes smaller.
 */
export type ResizeFilter = "nearest" | "box" | "triangle" | "hamming" | "cubic" | "lanczos";

/** Names of all filters. */
export const resizeFilters: readonly ResizeFilter[] = [
  "nearest",
  "box",
  "triangle",
  "hamming",
  "cubic",
  "lanczos",
];

/** Which input pixels an output pixel is made from, and how much each counts; the weights of one sum to 1. */
export interface Taps {
  /** First input pixel, one an output pixel. */
  readonly first: Int32Array;
  /** Number of input pixels, one an output pixel. */
  readonly count: Int32Array;
  /** Weights, `stride` places an output pixel. */
  readonly weights: Float64Array;
  readonly stride: number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Half the width of each kernel in output pixels, and its height at a distance. */
const kernels: Readonly<Record<Exclude<ResizeFilter, "nearest">, readonly [number, (x: number) => number]>> =
  {
    box: [0.5, (x) => (x > -0.5 && x <= 0.5 ? 1 : 0)],
    triangle: [1, (x) => Math.max(0, 1 - Math.abs(x))],
    hamming: [1, (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0)],
    cubic: [2, (x) => keys(Math.abs(x), -0.5)],
    lanczos: [3, (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0)],
  };

function keys(x: number, a: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/**
 * Weights for one axis. The kernel is as wide as an output pixel, or as an input pixel if that is wider, so that
 * making an image smaller averages and making it larger interpolates.
 */
export function tapsOf(inputSize: number, outputSize: number, filter: ResizeFilter): Taps {
  const scale = inputSize / outputSize;
  if (filter === "nearest") {
    // Pillow adds up the positions, which decides where one falls between two pixels.
    let position = scale / 2;
    const first = new Int32Array(outputSize);
    for (let out = 0; out < outputSize; out++, position += scale)
      first[out] = Math.min(inputSize - 1, Math.floor(position));
    const count = new Int32Array(outputSize).fill(1);
    return { first, count, weights: new Float64Array(outputSize).fill(1), stride: 1 };
  }
  const [halfWidth, height] = kernels[filter];
  const filterScale = Math.max(scale, 1);
  const support = halfWidth * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * stride);
  for (let out = 0; out < outputSize; out++) {
    const centre = (out + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let i = begin; i < end; i++) {
      const weight = height((i - centre + 0.5) * (1 / filterScale));
      weights[out * stride + i - begin] = weight;
      sum += weight;
    }
    for (let tap = out * stride; tap < out * stride + end - begin; tap++)
      weights[tap] = (weights[tap] as number) / sum;
    first[out] = begin;
    count[out] = end - begin;
  }
  return { first, count, weights, stride };
}
