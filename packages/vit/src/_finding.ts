import * as tf from "@tensorflow/tfjs-core";
import { requireInteger } from "./_check.js";
import type { VitConfig } from "./VitConfig.js";

/** One finding, or weights of all of them for each image. */
export type Finding = number | tf.Tensor2D;

/** Sum over the images of the logit that is to be explained; images do not influence each other, so it explains each. */
export function explainedLogit(logits: tf.Tensor2D, finding: Finding): tf.Scalar {
  if (typeof finding !== "number") return tf.sum(tf.mul(logits, finding)) as tf.Scalar;
  const [batch] = logits.shape;
  return tf.sum(tf.slice(logits, [0, finding], [batch, 1])) as tf.Scalar;
}

/** Refuses a finding that the head does not have. */
export function requireFinding(
  where: string,
  finding: Finding,
  batch: number,
  { numClasses }: VitConfig,
): void {
  if (typeof finding !== "number") {
    const { shape } = finding;
    if (shape.length !== 2 || shape[0] !== batch || shape[1] !== numClasses)
      throw new RangeError(
        `${where}: finding must have shape [${batch}, ${numClasses}], got [${shape.join(", ")}]`,
      );
    return;
  }
  requireInteger(where, "finding", finding, 0);
  if (finding >= numClasses)
    throw new RangeError(`${where}: finding must be below numClasses ${numClasses}, got ${finding}`);
}
