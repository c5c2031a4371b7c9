/**
 * Blurs a square of grey bytes in place with a Gaussian that is cut off at three standard deviations and normalised;
 * beyond an edge the pixels of the edge go on.
 */
export function blurGrey(pixels: Uint8Array, size: number, sigma: number): void {
  const radius = Math.max(1, Math.round(3 * sigma));
  const kernel = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const sum = kernel.reduce((total, weight, i) => total + (i === 0 ? 1 : 2) * weight, 0);
  for (let i = 0; i <= radius; i++) kernel[i] = (kernel[i] as number) / sum;
  const along = new Float64Array(size * size);
  filterLines(pixels, along, kernel, size, 1, size);
  const both = new Float64Array(size * size);
  filterLines(along, both, kernel, size, size, 1);
  for (let i = 0; i < both.length; i++) pixels[i] = Math.round(both[i] as number);
}

/** Filters `size` lines, `nextLine` apart, of pixels that are `next` apart. */
function filterLines(
  source: ArrayLike<number>,
  target: Float64Array,
  kernel: Float64Array,
  size: number,
  next: number,
  nextLine: number,
): void {
  const radius = kernel.length - 1;
  const padded = new Float64Array(size + 2 * radius);
  for (let line = 0; line < size; line++) {
    const begin = line * nextLine;
    for (let i = 0; i < padded.length; i++) {
      const at = Math.min(Math.max(i - radius, 0), size - 1);
      padded[i] = source[begin + at * next] as number;
    }
    for (let i = 0; i < size; i++) {
      const centre = i + radius;
      let sum = (kernel[0] as number) * (padded[centre] as number);
      for (let k = 1; k <= radius; k++)
        sum += (kernel[k] as number) * ((padded[centre - k] as number) + (padded[centre + k] as number));
      target[begin + i * next] = sum;
    }
  }
}
