import type { NameMap } from "./NameMap.js";
import { preLogits, timm } from "./timm.js";

/** Why a mask token is left behind. */
export const maskToken = "stands for hidden patches in pre-training; fine-tuning hides none";

/**
 * Names of masked autoencoders: timm's, and a decoder that only pre-training needs.
 *
 * @see https://github.com/facebookresearch/mae/blob/main/models_mae.py
 */
export const mae: NameMap = {
  ...timm,
  layout: "mae",
  ignored: [[/^mask_token$/, maskToken], [/^decoder_/, "decoder of the pre-training"], preLogits],
};
