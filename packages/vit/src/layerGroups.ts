import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Depth of each parameter for a learning rate that falls towards the input: 0 for tokens, positions and patch embedding,
 * i + 1 for block i, L for the last layer normalisation, L + 1 for the head and for `fc_norm`.
 *
 * With decay d, the rate of group g is multiplied by d^(L + 1 − g).
 *
 * @param config - Shape of the model.
 * @returns Group by name, integers in [0, L + 1].
 * @throws RangeError if the configuration describes no network.
 * @see timm, `VisionTransformer.group_matcher` and `param_groups_layer_decay`; Bao et al. (2022), BEiT, whose code puts
 * the last layer normalisation into the head's group instead.
 * @example
 * {@includeCode ../example/training.example.ts#groups}
 */
export function layerGroups(config: VitConfig): ReadonlyMap<string, number> {
  const { depth } = config;
  const groupOf = (name: string): number => {
    const block = /^blocks\.(\d+)\./.exec(name)?.[1];
    if (block !== undefined) return Number(block) + 1;
    if (name.startsWith("norm.")) return depth;
    return name.startsWith("head.") || name.startsWith("fc_norm.") ? depth + 1 : 0;
  };
  return new Map([...parameterShapes(config).keys()].map((name) => [name, groupOf(name)]));
}
