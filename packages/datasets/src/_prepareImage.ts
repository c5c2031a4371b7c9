import { readFile, stat } from "node:fs/promises";
import { resizeGrey } from "./_resize.js";
import { decodeImage } from "./decodeImage.js";

/** Everything that decides which bytes a prepared image has. */
export interface Recipe {
  readonly name: "corrected";
  readonly size: number;
  readonly fit: "fill" | "letterbox";
  readonly filter: "triangle";
  readonly colour: "grey8";
}

const maxFileBytes = 2 ** 28;

/** One image as `[size, size]` grey bytes: decoded, brought to 8 bit, resized with an antialiasing triangle filter. */
export async function prepareImage(path: string, recipe: Recipe, maxPixels: number): Promise<Uint8Array> {
  const { size: numBytes } = await stat(path);
  if (numBytes > maxFileBytes)
    throw new RangeError(`file must have at most ${maxFileBytes} bytes, got ${numBytes}`);
  const { width, height, bitsStored, pixels } = await decodeImage(await readFile(path), { maxPixels });
  const grey = bitsStored === 8 ? (pixels as Uint8Array) : eightBit(pixels, bitsStored);
  const { size, fit } = recipe;
  if (fit === "fill") return resizeGrey(grey, width, height, size, size);
  const scale = size / Math.max(width, height);
  const newWidth = Math.max(1, Math.round(width * scale));
  const newHeight = Math.max(1, Math.round(height * scale));
  const inner = resizeGrey(grey, width, height, newWidth, newHeight);
  return centred(inner, newWidth, newHeight, size);
}

/** Puts an image into the middle of a black square. */
function centred(pixels: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const square = new Uint8Array(size * size);
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  for (let row = 0; row < height; row++)
    square.set(pixels.subarray(row * width, (row + 1) * width), (top + row) * size + left);
  return square;
}

/** Scales the whole range of the stored values to 0 … 255. */
function eightBit(values: ArrayLike<number>, bits: number): Uint8Array {
  const scale = 255 / (2 ** bits - 1);
  return Uint8Array.from(values, (value) => Math.round(value * scale));
}
