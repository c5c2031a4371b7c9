import type { NameMap } from "./nameMaps/NameMap.js";
import { copy } from "./nameMaps/timm.js";

/** The map with a rule for the token of hidden patches, whose name there is given; without a name as it is. */
export function withMaskToken(map: NameMap, name: string | undefined): NameMap {
  return name === undefined ? map : { ...map, rules: [...map.rules, copy("mask_token", name)] };
}
