import type { NamedArray } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "./_random.js";
import { unitRows } from "./_unitRows.js";
import type { TensorRecord } from "./adamW.js";

/** With what the names of the head's parameters begin. */
export const headPrefix: string = "dino_head.";

/** Name of the prototypes. */
export const prototypesName: string = `${headPrefix}last_layer.weight`;

/** Sizes of a head. */
export interface HeadPlan {
  readonly hiddenDim: number;
  readonly bottleneckDim: number;
  readonly numPrototypes: number;
}

/**
 * Draws a head for vectors of a width: linear layers from a normal distribution with standard deviation 0.02 cut off at ±2
 * standard deviations, biases 0, prototypes uniform on ±1/√n for a bottleneck of n.
 */
export function initialHead(width: number, head: HeadPlan, seed: number): Map<string, NamedArray> {
  const { hiddenDim, bottleneckDim, numPrototypes } = head;
  const widths = [width, hiddenDim, hiddenDim, bottleneckDim];
  const entries: [string, NamedArray][] = [];
  for (let layer = 0; layer < 3; layer++) {
    const [from, to] = [widths[layer] as number, widths[layer + 1] as number];
    const random = randomStream(seed, 0, layer);
    const weight = Float32Array.from({ length: to * from }, () => 0.02 * cutNormal(random));
    const name = `${headPrefix}mlp.${2 * layer}`;
    entries.push([`${name}.weight`, { dtype: "float32", shape: [to, from], data: weight }]);
    entries.push([`${name}.bias`, { dtype: "float32", shape: [to], data: new Float32Array(to) }]);
  }
  const random = randomStream(seed, 0, 3);
  const data = Float32Array.from(
    { length: numPrototypes * bottleneckDim },
    () => (2 * random() - 1) / Math.sqrt(bottleneckDim),
  );
  entries.push([prototypesName, { dtype: "float32", shape: [numPrototypes, bottleneckDim], data }]);
  return new Map(entries);
}

/** A standard normal number between −2 and 2 (Box and Muller, drawn again outside). */
function cutNormal(random: () => number): number {
  for (;;) {
    const value = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    if (Math.abs(value) <= 2) return value;
  }
}

/** The head: vectors `[R, D]` to logits `[R, K]`, cosines between the bottleneck's vectors and the prototypes. */
export function headLogits(parameters: TensorRecord, vectors: tf.Tensor): tf.Tensor2D {
  const linear = (x: tf.Tensor, layer: number) =>
    tf.add(
      tf.matMul(x, parameters[`${headPrefix}mlp.${layer}.weight`] as tf.Tensor, false, true),
      parameters[`${headPrefix}mlp.${layer}.bias`] as tf.Tensor,
    );
  const bottleneck = linear(gelu(linear(gelu(linear(vectors, 0)), 2)), 4);
  return tf.matMul(unitRows(bottleneck), unitRows(parameters[prototypesName] as tf.Tensor), false, true);
}

function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
