/** The first of several channels, after checking that the colours are equal and nothing is transparent. */
export function oneChannel<T extends Uint8Array | Uint16Array>(
  values: T,
  channels: number,
  width: number,
  where: string,
): T {
  if (channels === 1) return values;
  const opaque = values instanceof Uint16Array ? 65535 : 255;
  const numColours = channels === 2 || channels === 4 ? channels - 1 : channels;
  const pixels = values.slice(0, values.length / channels) as T;
  for (let i = 0; i < pixels.length; i++) {
    const first = values[i * channels] as number;
    for (let c = 1; c < numColours; c++) {
      const other = values[i * channels + c] as number;
      if (other !== first)
        throw new RangeError(
          `${where}: colour channels must be equal, got ${first} and ${other} in row ${Math.floor(i / width)}, column ${i % width}`,
        );
    }
    const alpha = numColours < channels ? (values[i * channels + numColours] as number) : opaque;
    if (alpha !== opaque)
      throw new RangeError(
        `${where}: pixels must be opaque, got alpha ${alpha} in row ${Math.floor(i / width)}, column ${i % width}`,
      );
    pixels[i] = first;
  }
  return pixels;
}
