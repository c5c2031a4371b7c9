import type { Metadata, Sharp } from "sharp";
import { reasonOf } from "./_check.js";
import { loadSharp } from "./_loadSharp.js";
import { oneChannel } from "./_oneChannel.js";
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

/** Samples of a grey JPEG of 8 bits whose header has been read. */
export async function decodeGreyJpeg(
  bytes: Uint8Array,
  where: string,
  numPixels: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp(where);
  const { buffer, byteOffset, byteLength } = await sharp(bytes, {
    failOn: "error",
    limitInputPixels: numPixels,
    ignoreIcc: true,
  })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What is read back from a JPEG file of quality 95; `[size, size]` grey bytes. */
export async function throughJpeg(pixels: Uint8Array, size: number): Promise<Uint8Array> {
  const sharp = await loadSharp("prepareImage");
  const raw = { width: size, height: size, channels: 1 as const };
  const file = await sharp(pixels, { raw }).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer();
  return new Uint8Array(await sharp(file).toColourspace("b-w").raw().toBuffer());
}
