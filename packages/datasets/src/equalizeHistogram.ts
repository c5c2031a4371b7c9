import { roundHalfEven } from "./_roundHalfEven.js";

/**
 * Spreads the grey values of an image so that their cumulative histogram becomes a straight line, by OpenCV's rule:
 * the lowest grey value that occurs becomes 0 and the pixels that have it do not count. An image of one grey value
 * stays as it is.
 *
 * @param pixels - Grey bytes of the whole image, in any shape.
 * @returns Equalised grey bytes, the same shape.
 * @see OpenCV, `equalizeHist`.
 * @example
 * {@includeCode ../example/prepareImage.example.ts}
 */
export function equalizeHistogram(pixels: Uint8Array): Uint8Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < pixels.length; i++) {
    const grey = pixels[i] as number;
    counts[grey] = (counts[grey] as number) + 1;
  }
  const lowest = counts.findIndex((count) => count > 0);
  const others = pixels.length - (counts[lowest] ?? 0);
  if (others === 0) return pixels.slice();
  const scale = Math.fround(255 / others);
  const table = new Uint8Array(256);
  let sum = 0;
  for (let grey = lowest + 1; grey < 256; grey++) {
    sum += counts[grey] as number;
    table[grey] = Math.min(255, roundHalfEven(Math.fround(Math.fround(sum) * scale)));
  }
  return pixels.map((grey) => table[grey] as number);
}
