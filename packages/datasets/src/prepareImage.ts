import { requireInteger } from "./_check.js";
import { completeRecipe } from "./_completeRecipe.js";
import { followRecipe } from "./_followRecipe.js";
import { defaultMaxPixels } from "./_maxPixels.js";
import type { Recipe } from "./Recipe.js";

/** Options of {@link prepareImage}. */
export interface PrepareImageOptions {
  /** Side of the square result in pixels, an integer from 1 to 4096. */
  readonly size: number;
  /** How the image is prepared. @defaultValue `{ name: "corrected" }` */
  readonly recipe?: Recipe;
  /** Largest number of pixels of the file's image, an integer ≥ 1. @defaultValue `67108864` */
  readonly maxPixels?: number;
}

const where = "prepareImage";

/**
 * Prepares one image file: decoded and made into a square of grey bytes by a recipe, as {@link prepareImages} does with
 * every image of a manifest.
 *
 * @param bytes - The whole PNG, JPEG or DICOM file.
 * @returns Grey bytes, shape `[size, size]`. An image of one value becomes black under `as-published` and where values
 *   are cut at percentiles.
 * @throws RangeError if an option is out of range or the file cannot be decoded.
 * @see Pillow, `Image.resize`; the sources of {@link zoomSpline} and {@link equalizeHistogram}.
 * @example
 * {@includeCode ../example/prepareImage.example.ts}
 */
export async function prepareImage(
  bytes: Uint8Array,
  { size, recipe = { name: "corrected" }, maxPixels = defaultMaxPixels }: PrepareImageOptions,
): Promise<Uint8Array> {
  requireInteger(where, "maxPixels", maxPixels, 1);
  return followRecipe(bytes, completeRecipe(where, size, recipe), maxPixels);
}
