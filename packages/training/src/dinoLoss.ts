import * as tf from "@tensorflow/tfjs-core";
import { requirePositive } from "./_check.js";

/** Options of {@link dinoLoss} and {@link ibotLoss}. */
export interface DistillationOptions {
  /** Temperature that the student's logits are divided by, above 0. @defaultValue `0.1` */
  readonly studentTemperature?: number;
}

/**
 * Cross-entropy between what a teacher says of one view of an image and what a student says of the others.
 *
 * Mean over images and over all pairs of a teacher's view t and a student's view s ≠ t of −Σₖ pₜₖ·log qₛₖ with
 * q = softmax(logits/temperature). The teacher has seen the first T of the student's S views.
 *
 * @param studentLogits - The student's logits `[S, B, K]`: views, images, prototypes.
 * @param teacherProbabilities - The teacher's probabilities `[T, B, K]`, each row with the sum 1; no gradient reaches them.
 * @param options - Temperature.
 * @returns The loss in nats, a scalar that the caller disposes.
 * @throws RangeError if the shapes do not fit, there is no pair, or the temperature is out of range.
 * @see Caron et al. (2021), Emerging Properties in Self-Supervised Vision Transformers, equation 3.
 * @example
 * {@includeCode ../example/pretraining.example.ts#dino}
 */
export function dinoLoss(
  studentLogits: tf.Tensor3D,
  teacherProbabilities: tf.Tensor3D,
  { studentTemperature = 0.1 }: DistillationOptions = {},
): tf.Scalar {
  requirePositive("dinoLoss", "studentTemperature", studentTemperature);
  const [numStudent, batch, width] = studentLogits.shape;
  const [numTeacher] = teacherProbabilities.shape;
  if (String(teacherProbabilities.shape) !== String([numTeacher, batch, width]) || numTeacher > numStudent)
    throw new RangeError(
      `dinoLoss: teacherProbabilities must have shape [T, ${batch}, ${width}] with T of at most ${numStudent}, got [${teacherProbabilities.shape.join(", ")}]`,
    );
  const numPairs = numTeacher * (numStudent - 1);
  if (numPairs < 1)
    throw new RangeError(
      `dinoLoss: studentLogits must hold a view besides the teacher's, got ${numStudent} views`,
    );
  return tf.tidy(() => {
    const logits = tf.logSoftmax(tf.div(studentLogits, studentTemperature));
    const seen = tf.slice(logits, [0, 0, 0], [numTeacher, batch, width]);
    // Σₜ Σₛ pₜ·qₛ is the product of two sums; the pairs of a view with itself are taken off.
    const all = tf.sum(tf.mul(tf.sum(teacherProbabilities, 0), tf.sum(logits, 0)));
    const same = tf.sum(tf.mul(teacherProbabilities, seen));
    return tf.div(tf.sub(same, all), numPairs * batch) as tf.Scalar;
  });
}
