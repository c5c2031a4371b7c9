import { parameterShapes } from "./parameterShapes.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Parameters that weight decay leaves alone: biases, layer normalisations, LayerScale, tokens and positions.
 *
 * @param config - Shape of the model.
 * @returns Their names.
 * @throws RangeError if the configuration describes no network.
 * @see timm, `VisionTransformer.no_weight_decay` and `param_groups_weight_decay`, which spares parameters of one axis.
 * @example
 * {@includeCode ../example/training.example.ts#noDecay}
 */
export function noDecayNames(config: VitConfig): ReadonlySet<string> {
  const spared = new Set(["cls_token", "reg_token", "mask_token", "pos_embed"]);
  const names = [...parameterShapes(config)].filter(
    ([name, shape]) => shape.length === 1 || spared.has(name),
  );
  return new Set(names.map(([name]) => name));
}
