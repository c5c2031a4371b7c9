import * as tf from "@tensorflow/tfjs-core";
import type { NamedArray, StepDefinition } from "../src/index.js";

const batchSize = 4;
const numTokens = 6;
const width = 8;

/** Numbers in [−½, ½) that look random and are the same on every machine. */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => ((((i + 1) * 7919 + seed * 104729) % 1009) / 1009 - 0.5) as number);

const weights = (shape: readonly number[], seed: number): NamedArray => {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: "float32", shape, data: noise(length, seed) };
};

/** Mean square error of one block of attention and a perceptron, with its gradients and an update with momentum. */
export function attentionStep(): {
  readonly definition: StepDefinition;
  readonly inputsAt: (t: number) => { tokens: Float32Array; targets: Float32Array };
} {
  const parameters: Readonly<Record<string, NamedArray>> = {
    qkv: weights([width, 3 * width], 1),
    out: weights([width, width], 2),
    up: weights([width, 2 * width], 3),
    bias: weights([2 * width], 4),
    down: weights([2 * width, 1], 5),
  };
  const names = Object.keys(parameters);
  const momenta = Object.fromEntries(
    Object.entries(parameters).map(([name, { dtype, shape, data }]) => [
      `m/${name}`,
      { dtype, shape, data: new Float32Array(data.length) },
    ]),
  );
  return {
    definition: {
      state: { ...parameters, ...momenta },
      inputs: {
        tokens: { shape: [batchSize, numTokens, width], dtype: "float32" },
        targets: { shape: [batchSize], dtype: "float32" },
      },
      step: (state, { tokens, targets }) => {
        const loss = (...values: tf.Tensor[]) => {
          const p = Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]));
          return tf.mean(
            tf.squaredDifference(predict(p, tokens as tf.Tensor3D), targets as tf.Tensor),
          ) as tf.Scalar;
        };
        const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => state[name] as tf.Tensor));
        const next: Record<string, tf.Tensor> = {};
        for (const [i, name] of names.entries()) {
          const momentum = tf.add(tf.mul(state[`m/${name}`] as tf.Tensor, 0.9), grads[i] as tf.Tensor);
          next[`m/${name}`] = momentum;
          next[name] = tf.sub(state[name] as tf.Tensor, tf.mul(momentum, 0.02));
        }
        return { state: next, outputs: { loss: value } };
      },
    },
    inputsAt: (t) => ({
      tokens: noise(batchSize * numTokens * width, 10 + t),
      targets: noise(batchSize, 7),
    }),
  };
}

function predict(p: Readonly<Record<string, tf.Tensor>>, tokens: tf.Tensor3D): tf.Tensor {
  const dense = (x: tf.Tensor, w: tf.Tensor) =>
    tf.reshape(tf.matMul(tf.reshape(x, [-1, x.shape.at(-1) as number]), w as tf.Tensor2D), [
      ...x.shape.slice(0, -1),
      w.shape[1] as number,
    ]);
  const [q, k, v] = tf.split(dense(normalised(tokens), p.qkv as tf.Tensor), 3, -1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const attention = tf.softmax(tf.mul(tf.matMul(q, k, false, true), width ** -0.5));
  const mixed = tf.add(tokens, dense(tf.matMul(attention, v), p.out as tf.Tensor));
  const hidden = tf.add(dense(normalised(mixed), p.up as tf.Tensor), p.bias as tf.Tensor);
  const gelu = tf.mul(tf.mul(hidden, 0.5), tf.add(tf.erf(tf.mul(hidden, Math.SQRT1_2)), 1));
  return tf.mean(tf.squeeze(dense(gelu, p.down as tf.Tensor), [-1]), 1);
}

function normalised(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}
