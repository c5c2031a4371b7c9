import * as tf from "@tensorflow/tfjs-core";
import { encode, requireInputs } from "./_encode.js";
import { classify } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/** What {@link attentionMaps} gives back. */
export interface AttentionMaps {
  /** Logits `[B, K]`, those of {@link vit} up to rounding. */
  readonly logits: tf.Tensor2D;
  /** Attention of each block `[B, heads, N, N]`: how much token i (rows) reads of token j (columns); rows sum to 1. */
  readonly attention: readonly tf.Tensor4D[];
}

/**
 * The forward pass with the attention of every block beside the logits. Tokens are the class token, registers, then the
 * patches row by row.
 *
 * {@link vit} forms the same weights and lets them go (of the last block, a head on the class token asks for one row).
 * Kept they take 4·L·heads·N² bytes an image, which for ViT-B/14 at 224 px is 38 MB.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @returns Logits and attention, which the caller disposes.
 * @throws RangeError if the configuration describes no network, the images have another shape, or a parameter is missing.
 * @see Vaswani et al. (2017), Attention is all you need, equation 1.
 * @example
 * {@includeCode ../example/attention.example.ts#maps}
 */
export function attentionMaps(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
): AttentionMaps {
  requireInputs("attentionMaps", parameters, images, config, true);
  const attention: tf.Tensor4D[] = [];
  const [logits, ...maps] = tf.tidy(() => {
    const rows = encode(parameters, images, config, (i) => ({
      attention: (weights) => {
        attention[i] = weights as tf.Tensor4D;
        return weights;
      },
    }));
    return [classify(parameters, rows, images.shape[0], config), ...attention];
  });
  return { logits: logits as tf.Tensor2D, attention: maps as tf.Tensor4D[] };
}
