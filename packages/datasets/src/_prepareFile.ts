import { readFile, stat } from "node:fs/promises";
import type { CompleteRecipe } from "./_completeRecipe.js";
import { followRecipe } from "./_followRecipe.js";

const maxFileBytes = 2 ** 28;

/** The image of one file as `[size, size]` grey bytes. */
export async function prepareFile(
  path: string,
  recipe: CompleteRecipe,
  maxPixels: number,
): Promise<Uint8Array> {
  const { size: numBytes } = await stat(path);
  if (numBytes > maxFileBytes)
    throw new RangeError(`file must have at most ${maxFileBytes} bytes, got ${numBytes}`);
  return followRecipe(await readFile(path), recipe, maxPixels);
}
