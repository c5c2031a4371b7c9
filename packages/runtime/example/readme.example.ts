import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";

const runtime = await openRuntime("auto");

// Fits y = w·x + b by gradient descent; the step is compiled once, w and b stay with the engine.
const step = await runtime.compile({
  state: {
    w: { dtype: "float32", shape: [], data: Float32Array.of(0) },
    b: { dtype: "float32", shape: [], data: Float32Array.of(0) },
  },
  inputs: { x: { dtype: "float32", shape: [4] }, y: { dtype: "float32", shape: [4] } },
  step: ({ w, b }, { x, y }) => {
    const error = (slope: tf.Tensor, offset: tf.Tensor) =>
      tf.mean(tf.squaredDifference(tf.add(tf.mul(slope, x!), offset), y!)) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(error)([w!, b!]);
    const descend = (parameter: tf.Tensor, gradient: tf.Tensor) => tf.sub(parameter, tf.mul(gradient, 0.1));
    return { state: { w: descend(w!, grads[0]!), b: descend(b!, grads[1]!) }, outputs: { loss: value } };
  },
});

const x = Float32Array.of(0, 1, 2, 3);
const y = Float32Array.of(1, 3, 5, 7);
for (let i = 0; i < 200; i++) await step.run({ x, y });

export const fitted = await step.readState(); // w ≈ 2, b ≈ 1
step.dispose();
