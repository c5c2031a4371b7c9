import * as tf from "@tensorflow/tfjs-core";
import { matcher } from "./_pattern.js";
import type { TensorRecord } from "./TensorRecord.js";

/**
 * Parameters of which some get no gradient, for a linear probe or partial fine-tuning.
 *
 * Call it inside the function that is differentiated: what it freezes is cut off there, so that a training loop sees
 * parameters that the model does not depend on, and no backward pass is computed below the first one that learns.
 *
 * @param parameters - Parameters by timm's names.
 * @param patterns - Names to freeze, `*` standing for any characters, such as `blocks.0.*`; each must meet a parameter.
 * @returns The record with the frozen tensors replaced by views without a history, which an enclosing `tidy` disposes.
 * @throws RangeError if a pattern meets no parameter.
 * @example
 * {@includeCode ../example/training.example.ts#freeze}
 */
export function freezeParameters(parameters: TensorRecord, patterns: readonly string[]): TensorRecord {
  const names = Object.keys(parameters);
  const idle = patterns.find((pattern) => !names.some(matcher([pattern])));
  if (idle !== undefined)
    throw new RangeError(
      `freezeParameters: patterns must each meet a parameter, got "${idle}" which meets none`,
    );
  const isFrozen = matcher(patterns);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, tensor]) => [
      name,
      isFrozen(name) ? withoutHistory(tensor) : tensor,
    ]),
  );
}

/** Inside the function given to customGrad nothing is recorded for the backward pass, and the tensor is not its input. */
function withoutHistory(tensor: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    tf.customGrad((nothing) => ({
      value: tf.clone(tensor),
      gradFunc: () => tf.zerosLike(nothing as tf.Tensor),
    }))(tf.scalar(0)),
  );
}
