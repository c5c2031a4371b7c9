import { throughJpeg } from "#pictures";
import type { CompletePublishedRecipe } from "./_completeRecipe.js";
import { roundHalfEven } from "./_roundHalfEven.js";
import type { DecodedImage } from "./decodeImage.js";
import { equalizeHistogram } from "./equalizeHistogram.js";
import { type StoredValues, zoomSpline } from "./zoomSpline.js";

type Values = StoredValues<Uint8Array | Uint16Array | Int16Array>;

/** The authors' preparation of one image, as `[size, size]` grey bytes. */
export async function preparePublished(
  image: DecodedImage,
  { size, route, jpeg }: CompletePublishedRecipe,
): Promise<Uint8Array> {
  const { width, height, pixels, dicom, photometricInterpretation } = image;
  const isDeepFile = dicom === undefined && pixels instanceof Uint16Array;
  const seen: Values = { width, height, pixels: isDeepFile ? highBytes(pixels) : pixels };
  const invert = dicom !== undefined && photometricInterpretation === "MONOCHROME1";
  const throughFile = async (grey: Uint8Array, side: number) => (jpeg ? throughJpeg(grey, side) : grey);
  if (route === "direct") return throughFile(publishedPass(seen, size, size, invert), size);
  const middle = await throughFile(publishedPass(seen, 512, 512, invert), 512);
  const final = publishedPass({ width: 512, height: 512, pixels: middle }, size, size, false);
  return throughFile(final, size);
}

/** What OpenCV makes of a 16-bit file when it is not asked for more than 8 bits. */
function highBytes(pixels: Uint16Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => value >> 8);
}

/** Resize, minimum to maximum over 8 bits, inversion, equalisation; black if the resized image has one value. */
export function publishedPass(values: Values, width: number, height: number, invert: boolean): Uint8Array {
  const zoomed = zoomSpline(values, width, height);
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of zoomed) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const grey = new Uint8Array(zoomed.length);
  if (lowest === highest) return grey;
  const range = highest - lowest;
  for (let i = 0; i < grey.length; i++) {
    const share = ((zoomed[i] as number) - lowest) / range;
    const stretched = roundHalfEven(share * 255);
    grey[i] = invert ? 255 - stretched : stretched;
  }
  return equalizeHistogram(grey);
}
