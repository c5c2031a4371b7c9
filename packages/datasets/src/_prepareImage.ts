import { readFile, stat } from "node:fs/promises";
import { loadSharp } from "./_loadSharp.js";
import { decodeImage } from "./decodeImage.js";

/** Everything that decides which bytes a prepared image has. */
export interface Recipe {
  readonly name: "corrected";
  readonly size: number;
  readonly fit: "fill" | "letterbox";
  readonly kernel: "linear";
  readonly colour: "grey8";
}

const where = "prepareImages";
const maxFileBytes = 2 ** 28;

/** One image as `[size, size]` grey bytes: decoded, brought to 8 bit, resized with an antialiasing triangle filter. */
export async function prepareImage(path: string, recipe: Recipe, maxPixels: number): Promise<Uint8Array> {
  const { size: numBytes } = await stat(path);
  if (numBytes > maxFileBytes)
    throw new RangeError(`${where}: file must have at most ${maxFileBytes} bytes, got ${numBytes}`);
  const image = await decodeImage(await readFile(path), { maxPixels });
  const { width, height, bitsStored } = image;
  const grey = bitsStored === 8 ? (image.pixels as Uint8Array) : eightBit(image.pixels, bitsStored);
  const { size } = recipe;
  if (width === size && height === size) return grey;
  const sharp = await loadSharp(where);
  const { data, info } = await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace("b-w")
    .resize(size, size, {
      fit: recipe.fit === "fill" ? "fill" : "contain",
      kernel: recipe.kernel,
      background: "black",
    })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 1 || data.length !== size * size)
    throw new Error(`${where}: resized image must be ${size} × ${size} × 1, got ${data.length} bytes`);
  return data;
}

/** Scales the whole range of the stored values to 0 … 255. */
function eightBit(values: ArrayLike<number>, bits: number): Uint8Array {
  const scale = 255 / (2 ** bits - 1);
  return Uint8Array.from(values, (value) => Math.round(value * scale));
}
