import { requireInteger, requireOneOf } from "./_check.js";
import type { Clahe } from "./_clahe.js";
import { resizeFilters } from "./_resampleTaps.js";
import type { CorrectedRecipe, PublishedRecipe, Recipe } from "./Recipe.js";

/** A recipe with its size and all its defaults: everything that decides which bytes a prepared image has. */
export type CompleteRecipe = CompletePublishedRecipe | CompleteCorrectedRecipe;

export type CompletePublishedRecipe = Required<PublishedRecipe> & {
  readonly size: number;
  readonly colour: "grey8";
};

export type CompleteCorrectedRecipe = Required<Omit<CorrectedRecipe, "clip" | "clahe">> & {
  readonly size: number;
  /** `deep`: the default percentiles for images of more than 8 bits, none for others. */
  readonly clip: readonly [number, number] | "none" | "deep";
  readonly clahe: Required<Clahe> | "none";
  readonly colour: "grey8";
};

/** Percentiles at which images of more than 8 bits are cut unless a recipe says otherwise. */
export const deepClip: readonly [number, number] = [0.5, 99.5];

/** Checks a recipe and fills in what it leaves out; the order of the properties is part of the recipe's hash. */
export function completeRecipe(where: string, size: number, recipe: Recipe): CompleteRecipe {
  requireInteger(where, "size", size, 1);
  if (size > 4096) throw new RangeError(`${where}: size must be at most 4096, got ${size}`);
  requireOneOf(where, "recipe.name", recipe.name, ["as-published", "corrected"]);
  if (recipe.name === "as-published") {
    const { name, route = "direct", jpeg = false } = recipe;
    requireOneOf(where, "recipe.route", route, ["direct", "via512"]);
    return { name, size, route, jpeg, colour: "grey8" };
  }
  const { name, fit = "fill", filter = "triangle", clip = "deep", clahe } = recipe;
  requireOneOf(where, "recipe.fit", fit, ["fill", "letterbox", "crop"]);
  requireOneOf(where, "recipe.filter", filter, resizeFilters);
  if (typeof clip !== "string") requireClip(where, clip);
  else requireOneOf(where, "recipe.clip", clip, ["deep", "none"]);
  const tiles = clahe === undefined ? "none" : completeClahe(where, clahe);
  return { name, size, fit, filter, clip, clahe: tiles, colour: "grey8" };
}

function requireClip(where: string, clip: readonly number[]): void {
  const [black = Number.NaN, white = Number.NaN] = clip;
  if (!(clip.length === 2 && black >= 0 && black < white && white <= 100))
    throw new RangeError(
      `${where}: recipe.clip must be two ascending percentiles from 0 to 100, got ${clip.join(", ")}`,
    );
}

function completeClahe(where: string, { clipLimit = 2, tiles = 8 }: Clahe): Required<Clahe> {
  if (!(clipLimit > 0 && clipLimit < Number.POSITIVE_INFINITY))
    throw new RangeError(`${where}: recipe.clahe.clipLimit must be a number above 0, got ${clipLimit}`);
  requireInteger(where, "recipe.clahe.tiles", tiles, 1);
  if (tiles > 64) throw new RangeError(`${where}: recipe.clahe.tiles must be at most 64, got ${tiles}`);
  return { clipLimit, tiles };
}
