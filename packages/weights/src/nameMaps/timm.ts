import type { NameMap, NameRule } from "./NameMap.js";

/** A rule that only renames, for the weight and the bias of a layer. */
export function layer(target: string, source: string): readonly NameRule[] {
  return ["weight", "bias"].map((kind) => copy(`${target}.${kind}`, `${source}.${kind}`));
}

/** A rule that only renames. */
export function copy(target: string, source: string = target): NameRule {
  return { target, sources: [source], transform: "copy" };
}

const same = (name: string) => layer(name, name);

/** Tensors of timm's blocks. */
export const timmBlocks: readonly NameRule[] = [
  ...same("blocks.{i}.norm1"),
  ...same("blocks.{i}.attn.qkv"),
  ...same("blocks.{i}.attn.q_norm"),
  ...same("blocks.{i}.attn.k_norm"),
  ...same("blocks.{i}.attn.norm"),
  ...same("blocks.{i}.attn.proj"),
  copy("blocks.{i}.ls1.gamma"),
  ...same("blocks.{i}.norm2"),
  ...same("blocks.{i}.mlp.fc1"),
  ...same("blocks.{i}.mlp.norm"),
  ...same("blocks.{i}.mlp.fc2"),
  copy("blocks.{i}.ls2.gamma"),
];

/** Tensors of timm's vision transformer before the blocks. */
export const timmEmbedding: readonly NameRule[] = [
  copy("cls_token"),
  copy("reg_token"),
  copy("pos_embed"),
  ...same("patch_embed.proj"),
  ...same("norm_pre"),
];

/** Tensors of timm's vision transformer after the blocks. */
export const timmEnd: readonly NameRule[] = [...same("norm"), ...same("fc_norm"), ...same("head")];

/** Why timm's old files have a tensor that today's models do not. */
export const preLogits: readonly [RegExp, string] = [
  /^pre_logits[./]/,
  "layer between trunk and head that timm no longer builds; a head trained behind it does not fit without it",
];

/**
 * The names that are the target of all others.
 *
 * @see timm, `VisionTransformer`: https://github.com/huggingface/pytorch-image-models/blob/v1.0.12/timm/models/vision_transformer.py
 */
export const timm: NameMap = {
  layout: "timm",
  aliases: [],
  rules: [...timmEmbedding, ...timmBlocks, ...timmEnd],
  ignored: [preLogits],
};
