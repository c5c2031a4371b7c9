import * as tf from "@tensorflow/tfjs-core";
import type { BatchResult } from "./_objective.js";
import type { RunPlan } from "./_planRun.js";
import { keptOf } from "./_runState.js";
import type { TensorRecord } from "./adamW.js";

/** Loss of a batch, its share of the gradients of the update, and what else the objective gives. */
export function lossAndGradients(
  { caller, model, objective, trainable }: RunPlan,
  state: TensorRecord,
  inputs: TensorRecord,
): Required<BatchResult> & { readonly gradients: Record<string, tf.Tensor> } {
  const parameters = Object.fromEntries(
    [...model.parameters.keys()].map((name) => [name, state[name] as tf.Tensor]),
  );
  let beside: Pick<BatchResult, "statistics" | "watched"> = {};
  const lossOf = () => {
    const {
      loss,
      statistics = {},
      watched = {},
    } = objective.evaluate(parameters, keptOf(objective, state), inputs);
    // What is not the loss would be gone at the end of this function.
    for (const tensor of [...Object.values(statistics), ...Object.values(watched)]) tf.keep(tensor);
    beside = { statistics, watched };
    return loss;
  };
  // tf.valueAndGrads refuses a parameter that the model does not use; the engine gives undefined for it.
  const trained = trainable.map((name) => parameters[name] as tf.Tensor);
  const { value, grads } = tf.engine().gradients(lossOf, trained, gradientFactor(inputs), true);
  const gradients: Record<string, tf.Tensor> = {};
  for (const [i, name] of trainable.entries()) {
    const gradient = grads[i] as tf.Tensor | undefined;
    if (gradient !== undefined) gradients[name] = unscaled(gradient, inputs);
  }
  if (Object.keys(gradients).length === 0)
    throw new RangeError(
      `${caller}: model.logits must depend on at least one parameter, got none with a gradient`,
    );
  return {
    loss: value as tf.Scalar,
    gradients,
    statistics: released(beside.statistics),
    watched: released(beside.watched),
  };
}

/** Tensors that were kept, as ones that the enclosing tidy disposes. */
function released(tensors: TensorRecord = {}): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const own = tf.clone(tensor);
      tensor.dispose();
      return [name, own];
    }),
  );
}

/** Factor on the gradient of a batch's loss; undefined where it is 1. */
function gradientFactor({ share, lossScale }: TensorRecord): tf.Tensor | undefined {
  return share !== undefined && lossScale !== undefined ? tf.mul(share, lossScale) : (share ?? lossScale);
}

/** A gradient of the scaled loss to one of the loss. */
function unscaled(gradient: tf.Tensor, { lossScale }: TensorRecord): tf.Tensor {
  return lossScale === undefined ? gradient : tf.mul(gradient, tf.reciprocal(lossScale));
}
