import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import "../test/softwareVulkan.js";
import { compiledKernels } from "./compiler/_kernels.js";
import { describeRuntimes, type NamedArray, openRuntime, type RuntimeName } from "./index.js";

type Operation = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Values spread over [−2, 2), none of them 0, the same on every machine. */
function spread(length: number, seed: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => ((((i + 1) * 7919 + seed * 104729) % 1009) / 1009 - 0.4995) * 4,
  );
}

/** Kernels that an eager engine has run. */
const exercised = new Set<string>();

async function countingKernels<T>(run: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  const { kernelNames } = await tf.profile(async () => {
    result = await run();
    return tf.scalar(0);
  });
  for (const name of kernelNames) exercised.add(name);
  return result as T;
}

async function evaluate(
  engine: RuntimeName,
  operation: Operation,
  shapes: readonly (readonly number[])[],
  differentiable: boolean,
): Promise<NamedArray[]> {
  const runtime = await openRuntime(engine);
  const [shapeA = [], shapeB = shapeA] = shapes;
  const inputs = { a: { shape: shapeA, dtype: "float32" }, b: { shape: shapeB, dtype: "float32" } } as const;
  const step = await runtime.compile({
    state: {},
    inputs,
    step: (_, { a, b }) => {
      const weigh = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.add(tf.square(x), 0.5)));
      const f = (x: tf.Tensor, y: tf.Tensor) => weigh(operation(x, y)) as tf.Scalar;
      const value = operation(a as tf.Tensor, b as tf.Tensor);
      if (!differentiable) return { outputs: { value } };
      const [da, db] = tf.grads(f)([a as tf.Tensor, b as tf.Tensor]) as [tf.Tensor, tf.Tensor];
      return { outputs: { value, da, db } };
    },
  });
  const size = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);
  const outputs = await countingKernels(() =>
    step.run({ a: spread(size(shapeA), 1), b: spread(size(shapeB), 2) }),
  );
  step.dispose();
  return Object.values(outputs);
}

const positive = (x: tf.Tensor) => tf.add(tf.square(x), 0.1);

const operations: Readonly<
  Record<string, readonly [operation: Operation, ...shapes: (readonly number[])[]]>
> = {
  "add with broadcasting": [(a, b) => tf.add(a, b), [3, 1, 4], [5, 1]],
  "sub of equal shapes": [(a, b) => tf.sub(a, b), [3, 4]],
  "mul by a scalar tensor": [(a, b) => tf.mul(a, b), [3, 4], []],
  "div by a row": [(a, b) => tf.div(a, positive(b)), [3, 4], [4]],
  maximum: [(a, b) => tf.maximum(a, b), [3, 4]],
  minimum: [(a, b) => tf.minimum(a, b), [3, 4]],
  "pow with a constant exponent": [(a, b) => tf.mul(tf.pow(positive(a), 1.5), b), [3, 4]],
  squaredDifference: [(a, b) => tf.squaredDifference(a, b), [3, 4]],
  addN: [(a, b) => tf.addN([a, b, a]), [3, 4]],
  "abs and neg": [(a, b) => tf.mul(tf.abs(a), tf.neg(b)), [3, 4]],
  "exp and log": [(a, b) => tf.add(tf.exp(a), tf.log(positive(b))), [3, 4]],
  "erf and tanh": [(a, b) => tf.add(tf.erf(a), tf.tanh(b)), [3, 4]],
  "sigmoid and relu": [(a, b) => tf.mul(tf.sigmoid(a), tf.relu(b)), [3, 4]],
  "sqrt, rsqrt and reciprocal": [
    (a, b) => tf.add(tf.add(tf.sqrt(positive(a)), tf.rsqrt(positive(b))), tf.reciprocal(positive(a))),
    [3, 4],
  ],
  "softplus and log1p": [(a, b) => tf.add(tf.softplus(a), tf.log1p(tf.exp(tf.neg(tf.abs(b))))), [3, 4]],
  "sin and cos": [(a, b) => tf.mul(tf.sin(a), tf.cos(b)), [3, 4]],
  clipByValue: [(a, b) => tf.mul(tf.clipByValue(a, -1, 1), b), [3, 4]],
  "sum over two axes": [(a, b) => tf.mul(tf.sum(a, [0, 2]), b), [3, 4, 5], [4]],
  "mean that keeps its axis": [(a, b) => tf.mul(tf.mean(a, -1, true), b), [3, 4], [3, 4]],
  "max and min": [(a, b) => tf.add(tf.max(a, 1), tf.min(b, 1)), [3, 4]],
  softmax: [(a, b) => tf.mul(tf.softmax(a), b), [2, 3, 4]],
  "matMul without transposes": [(a, b) => tf.matMul(a, b), [3, 4], [4, 5]],
  "matMul with the first transposed": [(a, b) => tf.matMul(a, b, true), [4, 3], [4, 5]],
  "matMul with the second transposed": [(a, b) => tf.matMul(a, b, false, true), [3, 4], [5, 4]],
  "matMul with both transposed": [(a, b) => tf.matMul(a, b, true, true), [4, 3], [5, 4]],
  "batched matMul": [(a, b) => tf.matMul(a, b), [2, 3, 4, 5], [2, 3, 5, 2]],
  "batched matMul with the second transposed": [
    (a, b) => tf.matMul(a, b, false, true),
    [2, 3, 4, 5],
    [2, 3, 6, 5],
  ],
  "batched matMul with the first transposed": [(a, b) => tf.matMul(a, b, true), [2, 5, 4], [2, 5, 3]],
  "matMul with a bias": [(a, b) => tf.add(tf.matMul(a, b), tf.sum(b, 0)), [3, 4], [4, 5]],
  "a product with a bias that is read twice": [
    (a, b) => {
      const product = tf.matMul(a, b);
      return tf.mul(tf.add(product, tf.sum(b, 0)), product);
    },
    [3, 4],
    [4, 5],
  ],
  "reshape of a reshape": [(a, b) => tf.mul(tf.reshape(tf.reshape(a, [12]), [2, 6]), b), [3, 4], [2, 6]],
  "transpose of a transpose": [
    (a, b) => tf.mul(tf.transpose(tf.transpose(a, [2, 0, 1]), [1, 0, 2]), b),
    [2, 3, 4],
    [2, 4, 3],
  ],
  "transpose that moves an axis of size 1": [
    (a, b) => tf.mul(tf.transpose(a, [1, 0, 2]), b),
    [1, 3, 4],
    [3, 1, 4],
  ],
  "slice in the middle": [(a, b) => tf.mul(tf.slice(a, [1, 0], [2, 3]), b), [4, 4], [2, 3]],
  "concat and split": [
    (a, b) => {
      const [head, tail] = tf.split(tf.concat([a, b], 1), [1, 6], 1) as [tf.Tensor, tf.Tensor];
      return tf.mul(head, tail);
    },
    [3, 4],
    [3, 3],
  ],
  "stack and unstack": [
    (a, b) => {
      const [x, y] = tf.unstack(tf.stack([a, b, a], 1), 1) as [tf.Tensor, tf.Tensor];
      return tf.mul(x, y);
    },
    [3, 4],
  ],
  "tile and expandDims": [
    (a, b) => tf.mul(tf.tile(a, [2, 1]), tf.tile(tf.expandDims(b, 0), [6, 2])),
    [3, 4],
    [2],
  ],
  broadcastTo: [(a, b) => tf.mul(tf.broadcastTo(a, [3, 4]), b), [1, 4], [3, 4]],
  "pad with zeros": [
    (a, b) =>
      tf.mul(
        tf.pad(a, [
          [1, 0],
          [0, 2],
        ]),
        b,
      ),
    [2, 3],
    [3, 5],
  ],
  "gather along an axis": [
    (a, b) => tf.mul(tf.gather(a, tf.tensor1d([2, 0, 2], "int32"), 1), b),
    [4, 3],
    [4, 3],
  ],
  "gather of rows by a table of indices": [
    (a, b) =>
      tf.mul(
        tf.gather(
          a,
          tf.tensor2d(
            [
              [1, 0],
              [3, 1],
            ],
            [2, 2],
            "int32",
          ),
        ),
        b,
      ),
    [4, 3],
    [2, 2, 3],
  ],
  "cumsum, exclusive and from the end": [
    (a, b) => tf.mul(tf.add(tf.cumsum(a, 1), tf.cumsum(b, 1, true)), tf.cumsum(b, 1, false, true)),
    [3, 4],
  ],
  "reverse of two axes": [(a, b) => tf.mul(tf.reverse(a, [0, 2]), b), [2, 3, 4]],
  "elu, leakyRelu and batchNorm": [
    (a, b) =>
      tf.add(
        tf.mul(tf.elu(a), tf.leakyRelu(b, 0.1)),
        tf.batchNorm(
          a as tf.Tensor2D,
          tf.tensor1d([1, 0, 0.5]),
          tf.tensor1d([1, 2, 3]),
          tf.tensor1d([2, 1, 3]),
          tf.tensor1d([1, 0.5, 2]),
          0.1,
        ),
      ),
    [4, 3],
  ],
  "a product, bias and activation of tf.fused": [
    (a, b) =>
      tf.fused.matMul({
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        bias: tf.tensor1d([1, 0.5]),
        activation: "relu",
      }),
    [3, 4],
    [4, 2],
  ],
  "conv2d that keeps the size": [
    (a, b) => tf.conv2d(tf.mul(a, 0.1) as tf.Tensor4D, b as tf.Tensor4D, 1, "same"),
    [2, 5, 6, 3],
    [3, 3, 3, 4],
  ],
  "conv2d with a stride that leaves rows over": [
    (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [2, 3], "valid"),
    [2, 8, 9, 2],
    [3, 2, 2, 3],
  ],
  "conv2d with stride 2 and padding": [
    (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same"),
    [1, 7, 8, 2],
    [3, 3, 2, 3],
  ],
  "maxPool of overlapping windows": [
    (a, b) => tf.mul(tf.maxPool(a as tf.Tensor4D, 3, 2, "same"), b),
    [2, 5, 6, 2],
    [2, 3, 3, 2],
  ],
  "avgPool that leaves a row over": [
    (a, b) => tf.mul(tf.avgPool(a as tf.Tensor4D, 2, 2, "valid"), b),
    [2, 5, 6, 2],
    [2, 2, 3, 2],
  ],
  "zeros, ones, fill and their like": [
    (a, b) =>
      tf.add(
        tf.mul(tf.add(tf.zerosLike(a), tf.ones([3, 4])), b),
        tf.concat([tf.fill([1, 4], 2.5), tf.zeros([2, 4])], 0),
      ),
    [3, 4],
  ],
};

/** TensorFlow.js has no gradient for these, or a wrong one, so they are compared by value. */
const comparisons: typeof operations = {
  "where with a comparison": [(a, b) => tf.where(tf.greater(a, b), a, tf.mul(b, 2)), [3, 4]],
  "comparisons and logic": [
    (a, b) => {
      const inside = tf.logicalAnd(tf.greaterEqual(a, -1), tf.logicalNot(tf.less(b, tf.neg(a))));
      const either = tf.logicalOr(inside, tf.lessEqual(a, b));
      return tf.mul(tf.add(a, b), tf.cast(either, "float32"));
    },
    [3, 4],
  ],
  "top-k, argMax, argMin and oneHot": [
    (a, b) => {
      const { values, indices } = tf.topk(a, 2);
      const places = tf.oneHot(tf.add(tf.argMax(b, 1), tf.argMin(b, 1)), 8, 2, -1);
      return tf.concat([values, tf.cast(indices, "float32"), tf.cast(places, "float32")], 1);
    },
    [3, 4],
  ],
  "range and padded avgPool": [
    (a, b) => tf.add(tf.sum(tf.mul(tf.range(0, 6, 1), b)), tf.avgPool(a as tf.Tensor4D, 3, 2, "same")),
    [1, 5, 6, 2],
    [6],
  ],
  "conv2d with dilated filters, and cumsum along the first axis": [
    (a, b) => tf.cumsum(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "valid", "NHWC", 2), 1, true),
    [1, 8, 7, 2],
    [3, 2, 2, 3],
  ],
  "ceil, floor, round, sign and prod": [
    (a, b) =>
      tf.add(
        tf.add(tf.mul(tf.ceil(a), tf.floor(b)), tf.mul(tf.round(tf.mul(a, 3)), tf.sign(b))),
        tf.prod(b, 1, true),
      ),
    [3, 4],
  ],
  "ones like what broadcasting made": [
    (a, b) => tf.add(tf.onesLike(tf.broadcastTo(a, [2, 3, 4])), tf.broadcastTo(b, [2, 3, 4])),
    [3, 4],
  ],
  "a convolution, bias and activation of tf.fused": [
    (a, b) =>
      tf.fused.conv2d({
        x: a as tf.Tensor4D,
        filter: b as tf.Tensor4D,
        strides: 1,
        pad: "same",
        bias: tf.tensor1d([0.5, -1]),
        activation: "sigmoid",
      }),
    [1, 4, 5, 2],
    [3, 3, 2, 2],
  ],
  "equality and NaN": [
    (a, b) =>
      tf.mul(
        b,
        tf.cast(tf.logicalAnd(tf.notEqual(a, b), tf.equal(tf.cast(tf.isNaN(a), "int32"), 0)), "float32"),
      ),
    [3, 4],
  ],
};

async function expectAgreement(
  engine: RuntimeName,
  [operation, ...shapes]: (typeof operations)[string],
  differentiable: boolean,
): Promise<void> {
  const expected = await evaluate("cpu", operation, shapes, differentiable);
  const actual = await evaluate(engine, operation, shapes, differentiable);
  expect(actual).toHaveLength(expected.length);
  for (const [i, array] of expected.entries()) {
    expect(actual[i]?.shape).toEqual(array.shape);
    expect(actual[i]?.data).toBeAllclose(array.data, { rtol: 2e-5, atol: 2e-5 });
  }
}

/** tfjs-node is no dependency and WebGPU needs a device; they are held to the same where they are there. */
const engines = (await describeRuntimes()).flatMap(({ name, available }) =>
  available && (name.startsWith("onnx-") || name === "tfjs-node") ? [name] : [],
);

describe.each(engines)("%s", (engine) => {
  test.each(Object.keys(operations))("agrees with cpu on value and gradients of %s", async (name) => {
    await expectAgreement(engine, operations[name] as (typeof operations)[string], true);
  });

  test.each(Object.keys(comparisons))("agrees with cpu on the value of %s", async (name) => {
    await expectAgreement(engine, comparisons[name] as (typeof operations)[string], false);
  });
});

test("every operation that compiles is among those compared here", () => {
  expect(compiledKernels.filter((name) => !exercised.has(name))).toEqual([]);
});

test("compile refuses the gradient of a padded avgPool, which TensorFlow.js gets wrong", async () => {
  const attempt = expectAgreement(
    "onnx-cpu",
    [(a, b) => tf.mul(tf.avgPool(a as tf.Tensor4D, 3, 2, "same"), b), [1, 5, 5, 1], [1, 3, 3, 1]],
    true,
  );
  await expect(attempt).rejects.toThrow(
    /^compile: pad of avgPool must be "valid" where its gradient is needed/,
  );
});

test("log1p keeps its digits near 0 on onnx-cpu", async () => {
  const runtime = await openRuntime("onnx-cpu");
  const step = await runtime.compile({
    state: {},
    inputs: { x: { shape: [4], dtype: "float32" } },
    step: (_, { x }) => ({ outputs: { y: tf.log1p(x as tf.Tensor) } }),
  });
  const x = Float32Array.of(1e-8, -3e-7, 1e-4, 2);
  const { y } = await step.run({ x });
  expect(y?.data).toBeAllclose(Array.from(x, Math.log1p), { rtol: 3e-7 });
  step.dispose();
});
