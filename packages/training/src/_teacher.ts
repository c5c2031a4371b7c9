import * as tf from "@tensorflow/tfjs-core";
import { unitRows } from "./_unitRows.js";
import type { TensorRecord } from "./adamW.js";
import { sinkhornKnopp } from "./sinkhornKnopp.js";

/** What a teacher says, balanced as the settings want it: logits `[R, K]` to probabilities. */
export function teacherShares(
  { balance }: { readonly balance: "centre" | "sinkhorn-knopp" },
  logits: tf.Tensor2D,
  centre: tf.Tensor | undefined,
  { teacherTemperature }: TensorRecord,
  mask?: tf.Tensor,
): tf.Tensor2D {
  const temperature = teacherTemperature as tf.Scalar;
  if (balance === "centre")
    return tf.softmax(tf.div(tf.sub(logits, centre as tf.Tensor), temperature)) as tf.Tensor2D;
  return sinkhornKnopp(logits, {
    temperature,
    ...(mask === undefined ? {} : { mask: mask as tf.Tensor1D }),
  });
}

/** Entropy of each row of probabilities in nats. */
export function entropyOf(shares: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(shares, tf.log(tf.maximum(shares, 1e-30))), -1));
}

/** Standard deviation of unit vectors over a batch, mean over components, as a share of that of vectors spread evenly. */
export function spreadOf(vectors: tf.Tensor2D, width: number): tf.Tensor {
  const unit = unitRows(vectors);
  const variance = tf.mean(tf.square(tf.sub(unit, tf.mean(unit, 0, true))), 0);
  return tf.mul(tf.mean(tf.sqrt(variance)), Math.sqrt(width));
}
