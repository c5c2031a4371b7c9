import type { NameMap } from "./NameMap.js";
import { timm } from "./timm.js";

/** Why the second token of a distilled model is left behind. */
export const distillation = "distillation token and its head, left out because they were asked to be";

/**
 * Names of DeiT: timm's, a second token and head where it was distilled, and DeiT III's own names for LayerScale.
 *
 * @see https://github.com/facebookresearch/deit/blob/main/models.py, models_v2.py
 */
export const deit: NameMap = {
  ...timm,
  layout: "deit",
  aliases: [[/^blocks\.(\d+)\.gamma_([12])$/, "blocks.$1.ls$2.gamma"]],
  rules: [
    {
      target: "pos_embed",
      sources: ["pos_embed"],
      transform: "drop distillation position",
      given: "dist_token",
      only: "read",
    },
    ...timm.rules,
  ],
  distillationToken: "dist_token",
  ignored: [...timm.ignored, [/^dist_token$|^head_dist\./, distillation]],
};
