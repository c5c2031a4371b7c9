/** Which input pixels an output pixel is made from, and how much each counts, in units of 2⁻²². */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

const precision = 22;
const half = 1 << (precision - 1);

/** Weights of a triangle that is as wide as an output pixel, or an input pixel if that is wider. */
function trianglesOf(inputSize: number, outputSize: number): Taps {
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
    heights.forEach((height, i) => {
      weights[out * stride + i] = Math.floor((height / sum) * 2 ** precision + 0.5);
    });
    first[out] = begin;
    count[out] = end - begin;
  }
  return { first, count, weights, stride };
}

/** Resizes lines of pixels: `step` lies between the pixels of a line, `lineStep` between lines. */
function resizeLines(
  source: Uint8Array,
  target: Uint8Array,
  taps: Taps,
  numLines: number,
  steps: { readonly source: number; readonly target: number },
  lineSteps: { readonly source: number; readonly target: number },
): void {
  const { first, count, weights, stride } = taps;
  for (let out = 0; out < first.length; out++) {
    const begin = (first[out] as number) * steps.source;
    const numTaps = count[out] as number;
    for (let line = 0; line < numLines; line++) {
      let sum = half;
      let from = begin + line * lineSteps.source;
      for (let tap = out * stride; tap < out * stride + numTaps; tap++, from += steps.source)
        sum += (source[from] as number) * (weights[tap] as number);
      target[out * steps.target + line * lineSteps.target] = Math.min(255, sum >> precision);
    }
  }
}

/**
 * Resizes a grey image with an antialiasing triangle filter, first along rows, then along columns. Every byte is that
 * of Pillow's `Image.resize(size, BILINEAR)`, on every machine: the weights are integers.
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
): Uint8Array {
  let rows = pixels;
  if (newWidth !== width) {
    rows = new Uint8Array(newWidth * height);
    const lineSteps = { source: width, target: newWidth };
    resizeLines(pixels, rows, trianglesOf(width, newWidth), height, { source: 1, target: 1 }, lineSteps);
  }
  if (newHeight === height) return rows;
  const result = new Uint8Array(newWidth * newHeight);
  const steps = { source: newWidth, target: newWidth };
  resizeLines(rows, result, trianglesOf(height, newHeight), newWidth, steps, { source: 1, target: 1 });
  return result;
}
