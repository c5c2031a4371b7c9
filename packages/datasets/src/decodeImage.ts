import type { Metadata, Sharp } from "sharp";
import { reasonOf, requireInteger } from "./_check.js";
import { defaultMaxPixels, loadSharp } from "./_loadSharp.js";

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions {
  /** Largest number of pixels to take memory for, an integer ≥ 1. @defaultValue `67108864` */
  readonly maxPixels?: number;
}

/** A radiograph's stored values, before any window or rescaling. */
export interface DecodedImage {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Bits of a stored value: 8 or 16. */
  readonly bitsStored: number;
  /** Whether stored values may be negative. */
  readonly signed: boolean;
  /** `MONOCHROME2`: the smallest value is black; `MONOCHROME1`: it is white. */
  readonly photometricInterpretation: string;
  /** Stored values, row by row, shape `[height, width]`. */
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
}

const where = "decodeImage";

/**
 * Stored values of a PNG or JPEG radiograph: 8 and 16 bit grey as they are, grey of fewer bits stretched to 8,
 * RGB, RGBA and palette images whose channels are equal as one channel. Embedded colour profiles are not applied.
 *
 * @param bytes - The whole file.
 * @returns One channel of stored values with its width and height.
 * @throws RangeError if the bytes are no complete PNG or JPEG, have more pixels than `maxPixels`, colour channels
 *   that differ, or transparent pixels.
 * @see ISO/IEC 15948 (PNG), ISO/IEC 10918-1 (JPEG); decoded by libvips through sharp.
 * @example {@includeCode ../example/decodeImage.example.ts}
 */
export async function decodeImage(
  bytes: Uint8Array,
  { maxPixels = defaultMaxPixels }: DecodeImageOptions = {},
): Promise<DecodedImage> {
  requireInteger(where, "maxPixels", maxPixels, 1);
  const sharp = await loadSharp(where);
  const open = () => sharp(bytes, { failOn: "error", limitInputPixels: maxPixels, ignoreIcc: true });
  const metadata = await headerOf(open, maxPixels);
  const wide = metadata.depth === "ushort";
  const single = metadata.channels === 1;
  const space = `${single ? "grey" : "rgb"}${wide ? "16" : ""}`;
  const pipeline = open().toColourspace(colourspaces[space] as string);
  let raw: { data: Buffer; info: { width: number; height: number; channels: number } };
  try {
    raw = await pipeline.raw({ depth: wide ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new RangeError(`${where}: image must be complete and readable, got ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const { width, height, channels } = raw.info;
  const values = wide
    ? new Uint16Array(
        raw.data.buffer.slice(raw.data.byteOffset, raw.data.byteOffset + raw.data.byteLength) as ArrayBuffer,
      )
    : new Uint8Array(raw.data.buffer, raw.data.byteOffset, raw.data.byteLength);
  return {
    width,
    height,
    bitsStored: wide ? 16 : 8,
    signed: false,
    photometricInterpretation: "MONOCHROME2",
    pixels: oneChannel(values, channels, width),
  };
}

const colourspaces: Readonly<Record<string, string>> = {
  grey: "b-w",
  grey16: "grey16",
  rgb: "srgb",
  rgb16: "rgb16",
};

/** Reads the header and checks that this is an image of a kind and size that we decode. */
async function headerOf(open: () => Sharp, maxPixels: number): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await open().metadata();
  } catch (error) {
    throw new RangeError(
      `${where}: image must be a PNG or JPEG file of at most ${maxPixels} pixels, got ${reasonOf(error)}`,
      { cause: error },
    );
  }
  const { format, width, height, depth, space } = metadata;
  if (format !== "png" && format !== "jpeg")
    throw new RangeError(`${where}: image must be a PNG or JPEG file, got ${format}`);
  if (width * height > maxPixels)
    throw new RangeError(`${where}: image must have at most ${maxPixels} pixels, got ${width} × ${height}`);
  if (depth !== "uchar" && depth !== "ushort")
    throw new RangeError(`${where}: image must have 8 or 16 bits a value, got ${depth}`);
  if (space === "cmyk") throw new RangeError(`${where}: image must be grey or RGB, got ${space}`);
  return metadata;
}

/** The first of several channels, after checking that the colours are equal and nothing is transparent. */
function oneChannel<T extends Uint8Array | Uint16Array>(values: T, channels: number, width: number): T {
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
