import { requirePositive } from "./_check.js";

const stem = /^(cls_token|dist_token|reg_token|mask_token|pos_embed|patch_embed)(\.|$)/;
const block = /^blocks\.(\d+)\./;

/**
 * Factor on the learning rate that falls from the head of a vision transformer to its first layer.
 *
 * With d blocks the head has the factor 1, block i has decay^(d − i), the last norm is with the last block, and tokens,
 * position and patch embedding have decay^(d + 1).
 *
 * @param names - Names of all parameters as timm gives them, such as `blocks.0.attn.qkv.weight`; d is one more than
 * the highest number among them.
 * @param decay - Factor from a layer to the one before it, in (0, 1]; 0.65 to 0.75 is usual.
 * @returns The factor by name, to be given to {@link fit} as `learningRateScale`.
 * @throws RangeError if `decay` is not in (0, 1].
 * @see Clark et al. (2020), ELECTRA, section 3; timm, `param_groups_layer_decay` with the groups of its vision
 * transformer: the same factors.
 * @example
 * {@includeCode ../example/optimizers.example.ts#layerDecay}
 */
export function layerDecay(names: Iterable<string>, decay: number): (name: string) => number {
  requirePositive("layerDecay", "decay", decay);
  if (decay > 1) throw new RangeError(`layerDecay: decay must be above 0 and at most 1, got ${decay}`);
  let depth = 0;
  for (const name of names) depth = Math.max(depth, 1 + Number(block.exec(name)?.[1] ?? -1));
  return (name) => {
    if (stem.test(name)) return decay ** (depth + 1);
    const found = block.exec(name);
    if (found !== null) return decay ** (depth - Number(found[1]));
    return name.startsWith("norm.") ? decay : 1;
  };
}
