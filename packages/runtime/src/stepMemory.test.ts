import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { openRuntime, type StepDefinition } from "./index.js";

const size = 1000;

const definition = (precision: "float32" | "float16"): StepDefinition => ({
  state: { total: { dtype: "float32", shape: [size], data: new Float32Array(size) } },
  inputs: { x: { shape: [size], dtype: "float32" }, bytes: { shape: [size], dtype: "uint8" } },
  step: ({ total }, { x, bytes }) => {
    const a = tf.exp(x as tf.Tensor);
    const c = tf.sin(tf.reshape(tf.cos(a), [10, size / 10]));
    const d = tf.add(tf.reshape(c, [size]), a);
    const next = tf.add(total as tf.Tensor, bytes as tf.Tensor);
    return { state: { total: next }, outputs: { sum: tf.sum(d) } };
  },
  precision,
});

test("a compiled step knows its bytes: state and inputs by their types, and the most that is live at a time", async () => {
  const step = await (await openRuntime("onnx-cpu")).compile(definition("float32"));
  // exp, cos and sin of x are live together, then exp, sin and their sum; a reshape is no copy; the bytes as float32
  // are read at once or in the end, and the next state has a buffer of its own.
  const { activationBytes, ...known } = step.memory;
  expect(known).toEqual({ stateBytes: 4 * size, inputBytes: 5 * size });
  expect([3, 4].map((number) => number * 4 * size)).toContain(activationBytes);
  step.dispose();
});

test("a product in float16 is counted with its short copies", async () => {
  const product = (precision: "float32" | "float16"): StepDefinition => ({
    state: {},
    inputs: { a: { shape: [64, 64], dtype: "float32" } },
    step: (_, { a }) => {
      const square = tf.matMul(a as tf.Tensor2D, a as tf.Tensor2D);
      return { outputs: { y: tf.matMul(square, square) } };
    },
    precision,
  });
  const runtime = await openRuntime("onnx-cpu");
  const bytesOf = async (precision: "float32" | "float16") => {
    const step = await runtime.compile(product(precision));
    step.dispose();
    return step.memory.activationBytes;
  };
  expect(await bytesOf("float32")).toBe(2 * 4 * 64 ** 2);
  // The rounded result is still there while the second product makes its own from wide copies of it, one an operand.
  expect(await bytesOf("float16")).toBeGreaterThan(2 * 4 * 64 ** 2);
});

test("an engine that runs operation by operation does not know its intermediate results before", async () => {
  const step = await (await openRuntime("cpu")).compile(definition("float32"));
  expect(step.memory).toEqual({ stateBytes: 4 * size, inputBytes: 5 * size, activationBytes: undefined });
  step.dispose();
});
