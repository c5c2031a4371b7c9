import * as tf from "@tensorflow/tfjs-core";
import { type BlockTaps, block } from "./_block.js";
import type { TensorRecord } from "./TensorRecord.js";
import type { VitConfig } from "./VitConfig.js";
import type { VitOptions } from "./VitOptions.js";

/** How a block is run under these options. */
export function blockOf({ gradientCheckpointing = false }: VitOptions): typeof block {
  return gradientCheckpointing ? recomputedBlock : block;
}

/**
 * {@link block}, of which nothing stays in memory for the backward pass but what goes in: the backward pass computes
 * the block once more.
 *
 * The parameters are inputs of the custom gradient, or they would get none.
 *
 * @see Chen et al. (2016), Training Deep Nets with Sublinear Memory Cost, section 3.
 */
function recomputedBlock(
  parameters: TensorRecord,
  name: string,
  rows: tf.Tensor,
  batch: number,
  config: VitConfig,
  { branches }: Pick<BlockTaps, "branches">,
  onlyClass: boolean,
): tf.Tensor {
  const names = Object.keys(parameters).filter((key) => key.startsWith(`${name}.`));
  const run = (own: readonly tf.Tensor[]): tf.Tensor => {
    const [x, ...rest] = own as [tf.Tensor, ...tf.Tensor[]];
    const weights = Object.fromEntries(names.map((key, i) => [key, rest[i] as tf.Tensor]));
    const [attention, mlp] = rest.slice(names.length);
    const taps = attention === undefined || mlp === undefined ? {} : { branches: [attention, mlp] as const };
    return block(weights, name, x, batch, config, taps, onlyClass);
  };
  const checkpointed = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc;
    const inputs = given as tf.Tensor[];
    save(inputs);
    return {
      value: run(inputs),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradientsOf(run, saved, dy),
    };
  });
  return checkpointed(rows, ...names.map((key) => parameters[key] as tf.Tensor), ...(branches ?? []));
}

/** Gradients of a function by all its inputs, for a gradient `dy` of its result, inside a backward pass. */
function gradientsOf(
  run: (inputs: readonly tf.Tensor[]) => tf.Tensor,
  [rows, ...rest]: tf.Tensor[],
  dy: tf.Tensor,
): tf.Tensor[] {
  const { state } = tf.engine();
  // A gradient inside a backward pass would leave no tape behind for the outer one to clear.
  const outer = state.activeTape;
  try {
    return tf.tidy(() => {
      const inputs = [after(rows as tf.Tensor, [dy]), ...rest];
      const { grads } = tf.engine().gradients(() => run(inputs), inputs, dy, true);
      const [ofRows, ...others] = inputs.map(
        (input, i) => (grads[i] as tf.Tensor | undefined) ?? tf.zerosLike(input),
      ) as [tf.Tensor, ...tf.Tensor[]];
      return [after(ofRows, others), ...others];
    });
  } finally {
    state.activeTape = outer;
  }
}

/**
 * `x` as something that cannot be computed before `others`: x + 0·s with s a sum of one element of each. The product is no
 * constant, because s may be NaN.
 *
 * Without it a compiler would find the second computation equal to the first and keep the first one's results, or, while
 * it is free to choose the order, compute all blocks again before the gradients of their parameters.
 */
function after(x: tf.Tensor, others: readonly tf.Tensor[]): tf.Tensor {
  const first = (value: tf.Tensor) => tf.slice(tf.reshape(value, [-1]), [0], [1]);
  const sum = tf.addN(others.map(first));
  return tf.add(x, tf.mul(sum, 0));
}
