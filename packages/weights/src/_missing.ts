import type { TensorSource } from "./TensorSource.js";

const linear = (name: string) => [`${name}.weight`, `${name}.bias`];
const everyModel = ["pos_embed", ...linear("patch_embed.proj")];
const everyBlock = [
  ...linear("norm1"),
  "attn.qkv.weight",
  ...linear("attn.proj"),
  ...linear("norm2"),
  ...linear("mlp.fc1"),
  ...linear("mlp.fc2"),
];

/** Which of timm's tensors a vision transformer with these ones lacks. */
export function missingOf({ names, info }: Pick<TensorSource, "names" | "info">): string[] {
  const known = new Set(names);
  const inBlocks = names.flatMap((name) => {
    const parts = /^blocks\.(\d+)\.(.*)$/.exec(name);
    return parts === null ? [] : [{ block: Number(parts[1]), rest: parts[2] as string }];
  });
  const numbers = new Set(inBlocks.map(({ block }) => block));
  // A number far beyond the count of tensors is a damaged name, not a deep model.
  const depth = Math.min(1 + Math.max(0, ...numbers), names.length);
  const needed = new Set([...everyBlock, ...inBlocks.map(({ rest }) => rest)]);
  const missing = everyModel.filter((name) => !known.has(name));
  if (known.has("pos_embed") && !known.has("cls_token") && hasExtraRow(info("pos_embed").shape[1] ?? 0)) {
    missing.unshift("cls_token");
  }
  for (let i = 0; i < depth; i++) {
    for (const rest of needed) if (!known.has(`blocks.${i}.${rest}`)) missing.push(`blocks.${i}.${rest}`);
  }
  const norm = known.has("fc_norm.weight") ? "fc_norm" : "norm";
  for (const name of linear(norm)) if (!known.has(name)) missing.push(name);
  if (known.has("head.bias") && !known.has("head.weight")) missing.push("head.weight");
  return missing;
}

function hasExtraRow(rows: number): boolean {
  return Number.isInteger(Math.sqrt(rows - 1)) && rows > 1;
}
