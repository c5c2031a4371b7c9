import type { Metadata, Sharp } from "sharp";
import { reasonOf } from "./_check.js";
import { loadSharp } from "./_loadSharp.js";
import type { DecodedImage } from "./decodeImage.js";

/** Stored values of a PNG or JPEG file. */
export async function decodePngOrJpeg(
  bytes: Uint8Array,
  where: string,
  maxPixels: number,
): Promise<DecodedImage> {
  const sharp = await loadSharp(where);
  const open = () => sharp(bytes, { failOn: "error", limitInputPixels: maxPixels, ignoreIcc: true });
  const metadata = await metadataOf(open, where, maxPixels);
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
  return {
    width,
    height,
    bitsStored: wide ? 16 : 8,
    signed: false,
    photometricInterpretation: "MONOCHROME2",
    pixels: oneChannel(valuesOf(raw.data, wide), channels, width, where),
  };
}

/** The values where they lie; two-byte ones are moved only if they lie at an odd address. */
function valuesOf({ buffer, byteOffset, byteLength }: Buffer, wide: boolean): Uint8Array | Uint16Array {
  if (!wide) return new Uint8Array(buffer, byteOffset, byteLength);
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

const colourspaces: Readonly<Record<string, string>> = {
  grey: "b-w",
  grey16: "grey16",
  rgb: "srgb",
  rgb16: "rgb16",
};

/** Reads the header and checks that this is an image of a kind and size that we decode. */
async function metadataOf(open: () => Sharp, where: string, maxPixels: number): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await open().metadata();
  } catch (error) {
    throw new RangeError(
      `${where}: image must be a PNG, JPEG or DICOM file of at most ${maxPixels} pixels, got ${reasonOf(error)}`,
      { cause: error },
    );
  }
  const { format, width, height, depth, space } = metadata;
  if (format !== "png" && format !== "jpeg")
    throw new RangeError(`${where}: image must be a PNG, JPEG or DICOM file, got ${format}`);
  if (width * height > maxPixels)
    throw new RangeError(`${where}: image must have at most ${maxPixels} pixels, got ${width} × ${height}`);
  if (depth !== "uchar" && depth !== "ushort")
    throw new RangeError(`${where}: image must have 8 or 16 bits a value, got ${depth}`);
  if (space === "cmyk") throw new RangeError(`${where}: image must be grey or RGB, got ${space}`);
  return metadata;
}

/** The first of several channels, after checking that the colours are equal and nothing is transparent. */
function oneChannel<T extends Uint8Array | Uint16Array>(
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
