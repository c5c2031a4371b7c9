import { reasonOf } from "./_check.js";
import { oneChannel } from "./_oneChannel.js";
import { type PngContents, readPngContents } from "./_pngChunks.js";
import type { DecodedImage } from "./decodeImage.js";

/** Stored values of a PNG file that is not interlaced, with nothing but what a browser has. */
export async function decodePng(bytes: Uint8Array, where: string, maxPixels: number): Promise<DecodedImage> {
  const png = readPngContents(bytes, where, maxPixels);
  const { width, height, bitDepth } = png;
  const rows = await inflateRows(png, where);
  unfilter(rows, png, where);
  const wide = bitDepth === 16;
  return {
    width,
    height,
    bitsStored: wide ? 16 : 8,
    signed: false,
    photometricInterpretation: "MONOCHROME2",
    pixels: greyOf(rows, png, where),
  };
}

function rowLength({ width, bitDepth, numSamples }: PngContents): number {
  return Math.ceil((width * bitDepth * numSamples) / 8);
}

/** Inflates as many bytes as the header promises; one more is refused before it takes memory. */
async function inflateRows(png: PngContents, where: string): Promise<Uint8Array> {
  const rows = new Uint8Array((rowLength(png) + 1) * png.height);
  const refuse = (got: string) => new RangeError(`${where}: image must be complete and readable, got ${got}`);
  let done = 0;
  const inflated = new Blob(png.data as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const reader = (inflated as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { value } = await reader.read().catch((cause: unknown) => {
      throw refuse(`${done} of ${rows.length} bytes, then ${reasonOf(cause)}`);
    });
    if (value === undefined) break;
    if (done + value.length > rows.length) {
      await reader.cancel().catch(() => {});
      throw refuse(`more than ${rows.length} bytes of pixels`);
    }
    rows.set(value, done);
    done += value.length;
  }
  if (done < rows.length) throw refuse(`${done} of ${rows.length} bytes of pixels`);
  return rows;
}

/** Takes back the prediction of each row from its neighbours, in place. */
function unfilter(rows: Uint8Array, png: PngContents, where: string): void {
  const length = rowLength(png);
  const step = Math.max(1, (png.bitDepth * png.numSamples) / 8);
  const above = (at: number, row: number) => (row === 0 ? 0 : (rows[at - length - 1] as number));
  for (let row = 0; row < png.height; row++) {
    const begin = row * (length + 1) + 1;
    const filter = rows[begin - 1] as number;
    if (filter > 4)
      throw new RangeError(`${where}: image must have row filters from 0 to 4, got ${filter} in row ${row}`);
    if (filter === 0) continue;
    for (let i = 0; i < length; i++) {
      const at = begin + i;
      const left = i < step ? 0 : (rows[at - step] as number);
      const up = filter === 1 ? 0 : above(at, row);
      const corner = filter === 4 && i >= step ? above(at - step, row) : 0;
      rows[at] = (rows[at] as number) + predicted(filter, left, up, corner);
    }
  }
}

/** @see ISO/IEC 15948, section 9.2. */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [
    Math.abs(estimate - left),
    Math.abs(estimate - up),
    Math.abs(estimate - corner),
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** One channel of the samples; palette colours and transparency are looked up first. */
function greyOf(rows: Uint8Array, png: PngContents, where: string): Uint8Array | Uint16Array {
  const { width, height, bitDepth, numSamples, palette, transparent } = png;
  const length = rowLength(png);
  const numColours = palette === undefined ? numSamples : 3;
  const channels = numColours + (transparent === undefined || numSamples % 2 === 0 ? 0 : 1);
  const numValues = width * height * channels;
  const values = bitDepth === 16 ? new Uint16Array(numValues) : new Uint8Array(numValues);
  const opaque = bitDepth === 16 ? 65535 : 255;
  const stretch = palette === undefined && bitDepth < 8 ? 255 / (2 ** bitDepth - 1) : 1;
  const sample = (row: number, index: number) => {
    const bit = index * bitDepth;
    const at = row * (length + 1) + 1 + (bit >> 3);
    if (bitDepth === 16) return ((rows[at] as number) << 8) | (rows[at + 1] as number);
    return ((rows[at] as number) >> (8 - bitDepth - (bit & 7))) & (2 ** bitDepth - 1);
  };
  let next = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const first = sample(row, column * numSamples);
      if (palette !== undefined) {
        for (let c = 0; c < 3; c++) values[next++] = entryOf(palette, 3 * first + c, where);
        if (channels === 4) values[next++] = transparent?.[first] ?? 255;
        continue;
      }
      let isKey = transparent !== undefined;
      for (let c = 0; c < numSamples; c++) {
        const value = c === 0 ? first : sample(row, column * numSamples + c);
        values[next++] = value * stretch;
        isKey &&= transparent?.[c] === value;
      }
      if (channels > numSamples) values[next++] = isKey ? 0 : opaque;
    }
  }
  return oneChannel(values, channels, width, where);
}

function entryOf(palette: Uint8Array, index: number, where: string): number {
  const value = palette[index];
  if (value === undefined)
    throw new RangeError(
      `${where}: image must have colours of its palette of ${palette.length / 3}, got ${Math.floor(index / 3)}`,
    );
  return value;
}
