const tokens: ReadonlySet<string> = new Set(["cls_token", "dist_token", "reg_token", "mask_token"]);

/**
 * Whether weight decay leaves a parameter alone: biases, scales and offsets of norms, layer scales, class and
 * register tokens, position embeddings.
 *
 * @param name - Name as timm gives it, such as `blocks.0.norm1.weight`.
 * @param shape - Size of each axis.
 * @returns True for a parameter of at most one axis, and for the names above; false for weight matrices.
 * @see timm, `param_groups_weight_decay` and `VisionTransformer.no_weight_decay`: the same rule.
 * @example
 * {@includeCode ../example/adamW.example.ts#spared}
 */
export function sparedFromDecay(name: string, shape: readonly number[]): boolean {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return shape.length <= 1 || last === "bias" || last === "gamma" || last === "pos_embed" || tokens.has(last);
}
