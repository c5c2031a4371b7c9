import * as tf from "@tensorflow/tfjs-core";
import { requirePositive } from "./_check.js";
import type { DistillationOptions } from "./dinoLoss.js";

/**
 * Cross-entropy between what a teacher says of a patch that it sees and what a student says of it without seeing it.
 *
 * Mean over images of the mean over an image's masked patches of −Σₖ pₖ·log qₖ; an image without a masked patch has 0.
 *
 * @param studentLogits - The student's logits `[B, N, K]`: images, patches, prototypes.
 * @param teacherProbabilities - The teacher's probabilities `[B, N, K]`; no gradient reaches them.
 * @param mask - 1 where the student did not see the patch, else 0, `[B, N]`.
 * @param options - Temperature.
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if the shapes do not fit or the temperature is out of range.
 * @see Zhou et al. (2022), iBOT: Image BERT Pre-Training with Online Tokenizer, equation 2; Oquab et al. (2024), DINOv2,
 * section 4.
 * @example
 * {@includeCode ../example/pretraining.example.ts#ibot}
 */
export function ibotLoss(
  studentLogits: tf.Tensor3D,
  teacherProbabilities: tf.Tensor3D,
  mask: tf.Tensor2D,
  { studentTemperature = 0.1 }: DistillationOptions = {},
): tf.Scalar {
  requirePositive("ibotLoss", "studentTemperature", studentTemperature);
  const [batch, numPatches] = studentLogits.shape;
  if (String(teacherProbabilities.shape) !== String(studentLogits.shape))
    throw new RangeError(
      `ibotLoss: teacherProbabilities must have shape [${studentLogits.shape.join(", ")}], got [${teacherProbabilities.shape.join(", ")}]`,
    );
  if (String(mask.shape) !== String([batch, numPatches]))
    throw new RangeError(
      `ibotLoss: mask must have shape [${batch}, ${numPatches}], got [${mask.shape.join(", ")}]`,
    );
  return tf.tidy(() => {
    const logits = tf.logSoftmax(tf.div(studentLogits, studentTemperature));
    const ofPatches = tf.sum(tf.mul(teacherProbabilities, logits), -1);
    const share = tf.div(mask, tf.maximum(tf.sum(mask, 1, true), 1));
    return tf.neg(tf.div(tf.sum(tf.mul(ofPatches, share)), batch)) as tf.Scalar;
  });
}
