import * as tf from "@tensorflow/tfjs-core";
import { encode, requireInputs } from "./_encode.js";
import { explainedLogit, requireFinding } from "./_finding.js";
import { numTokens } from "./_grid.js";
import { classify } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * How relevant each input token was to each output token for one finding: a rollout in which an attention weight counts
 * by its gradient, R ← R + Ā·R from R = I, with Ā the mean over heads of the positive part of ∇A ⊙ A.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @param finding - Column of the logit to explain; or weights `[B, K]` of the logits, which a compiled step may take as
 * an input.
 * @returns Relevance `[B, N, N]`, which the caller disposes; {@link classTokenMap} takes the class token's row of it.
 * Of the order of 8·L·heads·N² bytes an image are held meanwhile.
 * @throws RangeError if the head has no such finding, the images have another shape, or a parameter is missing.
 * @see Chefer, Gur & Wolf (2021), Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder
 * Transformers, equations 1, 5 and 6.
 * @example
 * {@includeCode ../example/attention.example.ts#relevance}
 */
export function attentionRelevance(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  finding: number | tf.Tensor2D,
): tf.Tensor3D {
  requireInputs("attentionRelevance", parameters, images, config, true);
  const [batch] = images.shape;
  requireFinding("attentionRelevance", finding, batch, config);
  const kept: tf.Tensor[] = [];
  try {
    return tf.tidy(() => {
      const tokens = numTokens(config);
      const zero = tf.zeros([batch, config.numHeads, tokens, tokens]);
      // Gradients with respect to the weights are those with respect to zeros that are added to them.
      const logit = (...shifts: tf.Tensor[]) => {
        const rows = encode(parameters, images, config, (i) => ({
          attention: (weights) => {
            kept[i] = tf.keep(tf.clone(weights));
            return tf.add(weights, shifts[i] as tf.Tensor);
          },
        }));
        return explainedLogit(classify(parameters, rows, batch, config), finding);
      };
      const gradients = tf.grads(logit)(Array.from({ length: config.depth }, () => tf.clone(zero)));
      return gradients.reduce<tf.Tensor>(
        (relevance, gradient, i) => {
          const weights = tf.mean(tf.relu(tf.mul(gradient, kept[i] as tf.Tensor)), 1);
          return tf.add(relevance, tf.matMul(weights, relevance));
        },
        tf.tile(tf.expandDims(tf.eye(tokens), 0), [batch, 1, 1]),
      ) as tf.Tensor3D;
    });
  } finally {
    tf.dispose(kept);
  }
}
