import { convert } from "./_convert.js";
import { detectLayout } from "./_detectLayout.js";
import { requireComplete } from "./_requireComplete.js";
import { withMaskToken } from "./_withMaskToken.js";
import type { ConvertedCheckpoint } from "./ConvertedCheckpoint.js";
import type { CheckpointLayout } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";

/** Options of {@link toTimm}. */
export interface ToTimmOptions {
  /** Layout of the names; left out, it is detected from them, and the result says which it is. */
  readonly layout?: CheckpointLayout;
  /** What stands before the names of the trunk, such as `teacher.backbone.`; left out, it is detected. */
  readonly prefix?: string;
  /**
   * Names that may be missing (timm's) or unexpected (the file's), `*` standing for any characters. What is excepted is
   * still listed in the result. @defaultValue `[]`
   */
  readonly except?: readonly string[];
  /**
   * What to do with the second token of a distilled DeiT: `ignore` leaves it, its position and its head behind, which
   * changes what the model computes. @defaultValue `"refuse"`
   */
  readonly distillation?: "refuse" | "ignore";
  /**
   * Whether the token that stands for hidden patches comes along, as `mask_token` `[1, D]`; those of DINOv2 and
   * transformers have one. Pre-training by masked patches goes on with it, fine-tuning has no use for it. @defaultValue `false`
   */
  readonly maskToken?: boolean;
  /** Element type of all floating-point tensors; left out, each keeps its own. */
  readonly dtype?: "float32";
}

/**
 * A checkpoint under timm's names, which are those that `@cxrkit/vit` wants.
 *
 * Reads `dinov2` (the original repository and torch hub, with and without registers), `timm`, `huggingface` (ViT, DeiT,
 * ViTMAE, DINOv2 with and without registers), `jax` (AugReg and big_vision), `mae` and `deit`. Queries, keys and values
 * that are apart are joined, JAX's kernels are transposed, and where there are registers the position of the class token
 * is added to the token, since timm has none there. Elements are moved, never rounded, unless `dtype` asks for it; that
 * one sum is in double precision if both are, and else in single precision, which is then its type.
 *
 * @param checkpoint - Tensors under another layout's names, such as an open checkpoint; it must stay open.
 * @param options - Layout, prefix, exceptions.
 * @returns The same tensors under timm's names; each is read and converted when it is asked for.
 * @throws WeightFormatError that lists everything missing and unexpected; or if the layout is not known, holds more than
 * one model, has another shape than its names promise, or is one with rotary positions (DINOv3).
 * @see timm, `checkpoint_filter_fn` and `_load_weights`:
 * https://github.com/huggingface/pytorch-image-models/blob/v1.0.12/timm/models/vision_transformer.py
 * @example
 * {@includeCode ../example/nameMaps.example.ts#toTimm}
 */
export function toTimm(checkpoint: TensorSource, options: ToTimmOptions = {}): ConvertedCheckpoint {
  const { except = [], distillation = "refuse", maskToken = false, dtype } = options;
  const layout = detectLayout("toTimm", checkpoint, options);
  const found = maskToken ? { ...layout, map: withMaskToken(layout.map, layout.map.maskToken) } : layout;
  const { converted } = convert("toTimm", checkpoint, found, {
    distillation,
    ...(dtype === undefined ? {} : { dtype }),
  });
  requireComplete("toTimm", converted, except);
  return converted;
}
