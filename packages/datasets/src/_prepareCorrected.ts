import { equalizeTiles } from "./_clahe.js";
import { type CompleteCorrectedRecipe, deepClip } from "./_completeRecipe.js";
import { countValues, percentileOf } from "./_percentile.js";
import { resizeDeep, resizeGrey } from "./_resize.js";
import type { DecodedImage } from "./decodeImage.js";
import { type GreyImage, presentGrey } from "./presentGrey.js";

/** The repaired preparation of one image, as `[size, size]` grey bytes. */
export function prepareCorrected(image: DecodedImage, recipe: CompleteCorrectedRecipe): Uint8Array {
  const { size, fit, clahe } = recipe;
  const grey = clipped(presentGrey(image), recipe);
  const square =
    fit === "letterbox" ? letterboxed(grey, recipe) : resized(cropped(grey, fit), size, size, recipe);
  return clahe === "none" ? square : equalizeTiles(square, size, size, clahe);
}

/** Cuts grey values at percentiles and stretches what is left over 16 bits. */
function clipped(grey: GreyImage, { clip }: CompleteCorrectedRecipe): GreyImage {
  const { width, height, pixels, maximum } = grey;
  if (clip === "none" || (clip === "deep" && maximum === 255)) return grey;
  const [blackShare, whiteShare] = clip === "deep" ? deepClip : clip;
  const counts = countValues(pixels, maximum);
  const black = percentileOf(counts, blackShare);
  const range = percentileOf(counts, whiteShare) - black;
  const table = new Uint16Array(maximum + 1);
  for (let value = 0; value <= maximum; value++) {
    const share = range > 0 ? (value - black) / range : 0;
    table[value] = Math.round(Math.min(1, Math.max(0, share)) * 65535);
  }
  const stretched = new Uint16Array(pixels.length);
  for (let i = 0; i < stretched.length; i++) stretched[i] = table[pixels[i] as number] as number;
  return { width, height, pixels: stretched, maximum: 65535 };
}

/** The square in the middle, if it is asked for. */
function cropped(grey: GreyImage, fit: "fill" | "crop"): GreyImage {
  const { width, height, pixels, maximum } = grey;
  const side = Math.min(width, height);
  if (fit === "fill" || width === height) return grey;
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const square = maximum === 255 ? new Uint8Array(side * side) : new Uint16Array(side * side);
  for (let row = 0; row < side; row++) {
    const begin = (top + row) * width + left;
    square.set(pixels.subarray(begin, begin + side), row * side);
  }
  return { width: side, height: side, pixels: square, maximum };
}

/** The whole image in the middle of a black square. */
function letterboxed(grey: GreyImage, recipe: CompleteCorrectedRecipe): Uint8Array {
  const { size } = recipe;
  const scale = size / Math.max(grey.width, grey.height);
  const width = Math.max(1, Math.round(grey.width * scale));
  const height = Math.max(1, Math.round(grey.height * scale));
  const inner = resized(grey, width, height, recipe);
  const square = new Uint8Array(size * size);
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  for (let row = 0; row < height; row++)
    square.set(inner.subarray(row * width, (row + 1) * width), (top + row) * size + left);
  return square;
}

/** Resizes with all bits there are, then rounds to 8. */
function resized(
  grey: GreyImage,
  width: number,
  height: number,
  recipe: CompleteCorrectedRecipe,
): Uint8Array {
  const { pixels, maximum } = grey;
  const sizes = [grey.width, grey.height, width, height, recipe.filter] as const;
  if (pixels instanceof Uint8Array) return resizeGrey(pixels, ...sizes);
  const scale = 255 / maximum;
  const deep = resizeDeep(pixels, ...sizes);
  const result = new Uint8Array(deep.length);
  for (let i = 0; i < deep.length; i++)
    result[i] = Math.min(255, Math.max(0, Math.round((deep[i] as number) * scale)));
  return result;
}
