import * as tf from "@tensorflow/tfjs-core";
import { encode, requireInputs } from "./_encode.js";
import { explainedLogit, requireFinding } from "./_finding.js";
import { gridOf, numPrefixTokens, numTokens } from "./_grid.js";
import { classify } from "./_pool.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";

/**
 * Grad-CAM of a vision transformer: the patch tokens that the last block's attention reads, each component weighted by
 * the mean over the patches of the logit's gradient, negative sums cut off.
 *
 * The last block's own output would not do: of it a head on the class token sees no patch.
 *
 * @param parameters - Parameters by timm's names, of the shapes of {@link parameterShapes}.
 * @param images - Images `[B, H, W, C]` of the size `config.imageSize`, normalised as the weights want them.
 * @param config - Shape of the model.
 * @param finding - Column of the logit to explain; or weights `[B, K]` of the logits, which a compiled step may take as
 * an input.
 * @returns Map `[B, rows, columns]` of the patch grid, at least 0, not normalised, which the caller disposes.
 * @throws RangeError if the head has no such finding, the images have another shape, or a parameter is missing.
 * @see Selvaraju et al. (2017), Grad-CAM, equations 1 and 2, on the output of `blocks.{L−1}.norm1`.
 * @example
 * {@includeCode ../example/attention.example.ts#gradCam}
 */
export function gradCam(
  parameters: TensorRecord,
  images: tf.Tensor4D,
  config: VitConfig,
  finding: number | tf.Tensor2D,
): tf.Tensor3D {
  requireInputs("gradCam", parameters, images, config, true);
  const [batch] = images.shape;
  requireFinding("gradCam", finding, batch, config);
  const { depth, width } = config;
  const tokens = numTokens(config);
  const kept: tf.Tensor[] = [];
  try {
    return tf.tidy(() => {
      const logit = (shift: tf.Tensor) => {
        const rows = encode(parameters, images, config, (i) =>
          i < depth - 1
            ? {}
            : {
                normalised: (read) => {
                  kept[0] = tf.keep(tf.clone(read));
                  return tf.add(read, shift);
                },
              },
        );
        return explainedLogit(classify(parameters, rows, batch, config), finding);
      };
      const patches = (x: tf.Tensor) =>
        tf.slice(tf.reshape(x, [batch, tokens, width]), [0, numPrefixTokens(config), 0], [batch, -1, width]);
      const gradient = tf.grad(logit)(tf.zeros([batch * tokens, width]));
      const weights = tf.mean(patches(gradient), 1, true);
      const map = tf.relu(tf.sum(tf.mul(patches(kept[0] as tf.Tensor), weights), -1));
      return tf.reshape(map, [batch, ...gridOf(config)]);
    });
  } finally {
    tf.dispose(kept);
  }
}
