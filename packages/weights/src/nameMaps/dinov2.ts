import { maskToken } from "./mae.js";
import { lacksClassPosition, type NameMap } from "./NameMap.js";
import { copy, layer, timmBlocks, timmEmbedding, timmEnd } from "./timm.js";

/**
 * Names of DINOv2's own repository and of its files on torch hub.
 *
 * With registers timm has no position for the class token: it is added to the token. Blocks that were split into chunks
 * for sharded training carry the number of their chunk before their own.
 *
 * @see https://github.com/facebookresearch/dinov2/blob/b8931f7bf91576930313be2c6d6af376033b35f0/dinov2/models/vision_transformer.py
 */
export const dinov2: NameMap = {
  layout: "dinov2",
  aliases: [[/^blocks\.\d+\.(\d+)\./, "blocks.$1."]],
  rules: [
    {
      target: "cls_token",
      sources: ["cls_token", "pos_embed"],
      transform: "add class position",
      given: "register_tokens",
      only: "read",
    },
    copy("reg_token", "register_tokens"),
    {
      target: "pos_embed",
      sources: ["pos_embed"],
      transform: "drop class position",
      given: "register_tokens",
      writes: lacksClassPosition,
    },
    ...timmEmbedding,
    ...[
      ...layer("blocks.{i}.mlp.fc1", "blocks.{i}.mlp.w12"),
      ...layer("blocks.{i}.mlp.fc2", "blocks.{i}.mlp.w3"),
    ].map((rule) => ({ ...rule, writes: ({ mlp }: { readonly mlp: string }) => mlp === "swiglu" })),
    ...timmBlocks,
    ...timmEnd,
  ],
  ignored: [[/^mask_token$/, maskToken]],
  maskToken: "mask_token",
  zeros: ({ width }) => [{ target: "mask_token", shape: [1, width] }],
  refuses: ({ classToken }) => (classToken ? undefined : "DINOv2 has a class token, this model has none"),
};
