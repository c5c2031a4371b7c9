/** The images with left and right exchanged, `[B, H, W, C]` row-major as given. */
export function mirrored<T extends Float32Array | Uint8Array>(
  images: T,
  [, width, channels]: readonly [number, number, number],
): T {
  const turned = images.slice() as T;
  const row = width * channels;
  for (let first = 0; first < images.length; first += row) {
    for (let x = 0; x < width; x++) {
      const from = first + (width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) turned[first + x * channels + c] = images[from + c] as number;
    }
  }
  return turned;
}
