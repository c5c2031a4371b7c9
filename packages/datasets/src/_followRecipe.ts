import type { CompleteRecipe } from "./_completeRecipe.js";
import { prepareCorrected } from "./_prepareCorrected.js";
import { preparePublished } from "./_preparePublished.js";
import { decodeImage } from "./decodeImage.js";

/** Decodes a file and prepares it by a recipe that has been checked; `[size, size]` grey bytes. */
export async function followRecipe(
  bytes: Uint8Array,
  recipe: CompleteRecipe,
  maxPixels: number,
): Promise<Uint8Array> {
  const image = await decodeImage(bytes, { maxPixels });
  return recipe.name === "corrected" ? prepareCorrected(image, recipe) : preparePublished(image, recipe);
}
