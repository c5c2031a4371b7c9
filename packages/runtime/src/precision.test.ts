import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { requirePrecision } from "./_requirePrecision.js";
import { compileGraph } from "./compiler/_compileGraph.js";
import type { Node, Value } from "./compiler/_Graph.js";
import { type NamedArray, openRuntime, type Precision, type StepDefinition } from "./index.js";

/** Half the distance from 1 to the next number: the largest relative error of rounding, of 11 and of 8 bits. */
const units: readonly (readonly [precision: Precision, unit: number])[] = [
  ["float16", 2 ** -11],
  ["bfloat16", 2 ** -8],
];
const [batch, tokens, width, heads] = [2, 5, 8, 2];

/** Numbers about 0 with standard deviation 1 that are the same everywhere. */
const drawn = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sqrt(2) * Math.sin(12.9898 * (i + 1) * seed + seed));

const array = (shape: readonly number[], seed: number, scale = 1): NamedArray => ({
  dtype: "float32",
  shape,
  data: drawn(
    shape.reduce((product, size) => product * size, 1),
    seed,
  ).map((value) => value * scale),
});

const parameters: Readonly<Record<string, NamedArray>> = {
  qkv: array([width, 3 * width], 1, width ** -0.5),
  qkvBias: array([3 * width], 2, 0.1),
  proj: array([width, width], 3, width ** -0.5),
  head: array([width, 3], 4, width ** -0.5),
};

function layerNorm(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-6)));
}

/** One pre-norm attention block and a head: the loss, as a function of the parameters. */
function lossOf(state: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor): tf.Scalar {
  const rows = layerNorm(x);
  const all = tf.add(tf.matMul(rows, state.qkv as tf.Tensor), state.qkvBias as tf.Tensor);
  const split = tf.transpose(tf.reshape(all, [batch, tokens, 3, heads, width / heads]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(split) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), (width / heads) ** -0.5));
  const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [batch * tokens, width]);
  const after = tf.add(x, tf.matMul(mixed, state.proj as tf.Tensor));
  return tf.mean(tf.square(tf.matMul(layerNorm(after), state.head as tf.Tensor))) as tf.Scalar;
}

/** Gradients of the net, and a step of momentum, so that there is an optimiser to look at. */
function attention(precision?: Precision): StepDefinition {
  const names = Object.keys(parameters);
  const momenta = names.map((name) => {
    const { shape, data } = parameters[name] as NamedArray;
    return [`m/${name}`, { dtype: "float32", shape, data: data.map(() => 0) }] as const;
  });
  return {
    state: { ...parameters, ...Object.fromEntries(momenta) },
    inputs: { x: { shape: [batch * tokens, width], dtype: "float32" } },
    step: (state, { x }) => {
      const objective = (...values: tf.Tensor[]) =>
        lossOf(Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor])), x as tf.Tensor);
      const { value, grads } = tf.valueAndGrads(objective)(names.map((name) => state[name] as tf.Tensor));
      const next = names.flatMap((name, i) => {
        const momentum = tf.add(tf.mul(state[`m/${name}`] as tf.Tensor, 0.9), grads[i] as tf.Tensor);
        return [
          [`m/${name}`, momentum] as const,
          [name, tf.sub(state[name] as tf.Tensor, tf.mul(momentum, 0.1))] as const,
        ];
      });
      const shown = names.map((name, i) => [name, grads[i] as tf.Tensor]);
      return { state: Object.fromEntries(next), outputs: { loss: value, ...Object.fromEntries(shown) } };
    },
    ...(precision === undefined ? {} : { precision }),
  };
}

async function run(definition: StepDefinition, inputs: Record<string, Float32Array>) {
  const step = await (await openRuntime("onnx-cpu")).compile(definition);
  const outputs = await step.run(inputs);
  step.dispose();
  return outputs;
}

const product = (precision: Precision, numTerms: number): StepDefinition => ({
  state: {},
  inputs: { a: { shape: [3, numTerms], dtype: "float32" }, b: { shape: [numTerms, 4], dtype: "float32" } },
  step: (_, { a, b }) => ({ outputs: { c: tf.matMul(a as tf.Tensor, b as tf.Tensor) } }),
  precision,
});

test.each(units)(
  "a product in %s has the error of rounding operands and result, and no more",
  async (precision, unit) => {
    const numTerms = 1000;
    const inputs = { a: drawn(3 * numTerms, 5), b: drawn(numTerms * 4, 6) };
    const { c } = await run(product(precision, numTerms), inputs);
    let largest = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) {
        const terms = Array.from(
          { length: numTerms },
          (_, k) => (inputs.a[i * numTerms + k] as number) * (inputs.b[k * 4 + j] as number),
        );
        const exact = terms.reduce((sum, term) => sum + term, 0);
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        const error = Math.abs((c?.data[i * 4 + j] as number) - exact);
        // Operands are off by `unit` each; sums are float32's, at most numTerms · 2⁻²⁴; the result is off by `unit`.
        expect(error).toBeLessThan((2 * unit + numTerms * 2 ** -24) * size + unit * (Math.abs(exact) + 1));
        largest = Math.max(largest, error / size);
      }
    }
    expect(largest).toBeGreaterThan(unit / 1000);
  },
);

test("an operand is rounded to the nearest float16, ties to even, and so is the result", async () => {
  const step = product("float16", 1);
  const a = Float32Array.of(1 + 2 ** -12, 1 + 3 * 2 ** -11, 2049);
  const { c } = await run(step, { a, b: Float32Array.of(1, 1 + 2 ** -10, 3, 1 / 3) });
  const third = Math.round((2 ** 12 * 1) / 3) / 2 ** 12;
  expect([...(c?.data ?? [])].slice(0, 4)).toEqual([1, 1 + 2 ** -10, 3, third]);
  expect(c?.data[4]).toBe(1 + 2 ** -9);
  expect(c?.data[8]).toBe(2048);
});

test.each(units)(
  "gradients of an attention block in %s are those in float32 within the error of its products",
  async (precision, unit) => {
    const x = drawn(batch * tokens * width, 7);
    const exact = await run(attention(), { x });
    const short = await run(attention(precision), { x });
    // A gradient lies behind at most ten products, five forward and five backward, each of which adds three roundings of
    // `unit`, to first order; normalisation and softmax pass errors on with a gain of about one.
    const bound = 10 * 3 * unit;
    for (const [name, { data }] of Object.entries(exact)) {
      const norm = Math.hypot(...data);
      const error = Math.hypot(...data.map((value, i) => value - (short[name]?.data[i] as number)));
      expect([name, error / norm < bound]).toEqual([name, true]);
      if (name !== "loss") expect([name, error / norm > unit / 100]).toEqual([name, true]);
    }
  },
);

const isShort = ({ dtype }: Value) => dtype === "float16";
const touchesShort = ({ inputs, outputs }: Node) => [...inputs, ...outputs].some(isShort);

test("nothing but products and what moves their operands is in float16", () => {
  const graph = compileGraph(attention("float16"));
  const short = graph.nodes.filter(touchesShort);
  const shortOps = new Set(short.map(({ op }) => op));
  expect([...shortOps].sort()).toEqual(
    ["Cast", "FusedMatMul", "Gemm", "MatMul", "Reshape", "Split", "Transpose"].filter((op) =>
      shortOps.has(op),
    ),
  );
  for (const { op, inputs, outputs } of short)
    if (op !== "Cast") expect([op, [...inputs, ...outputs].every(isShort)]).toEqual([op, true]);
  const wide = new Set(graph.nodes.filter((node) => !touchesShort(node)).map(({ op }) => op));
  expect([...wide]).toEqual(expect.arrayContaining(["Softmax", "ReduceSum", "Add", "Mul"]));
  for (const op of ["Gemm", "MatMul", "FusedMatMul"]) expect(wide).not.toContain(op);
  for (const value of [...graph.inputs.values(), ...graph.outputs.values()])
    expect(value.dtype).toBe("float32");
});

test("a value is cast once, and never there and back", () => {
  const graph = compileGraph(attention("float16"));
  const casts = graph.nodes.filter(({ op }) => op === "Cast");
  const sources = casts.map(({ inputs }) => inputs[0] as Value);
  expect(new Set(sources).size).toBe(sources.length);
  for (const { inputs, outputs } of casts) {
    const before = inputs[0]?.producer;
    if (outputs.some(isShort)) expect(before?.op).not.toBe("Cast");
  }
  const weights = [...graph.inputs].filter(([, value]) => sources.includes(value)).map(([name]) => name);
  expect(weights.sort()).toEqual(["state:head", "state:proj", "state:qkv", "state:qkvBias"]);
});

test("what goes beyond 65,504 is an infinity in the outputs, and not a number where that is used", async () => {
  const { c } = await run(product("float16", 2), {
    a: Float32Array.of(300, 0, 100, 0, 0, 70_000),
    b: Float32Array.of(300, 1, 300, -300, 0, 0, 0, 0),
  });
  expect([...(c?.data ?? [])]).toEqual([
    Number.POSITIVE_INFINITY,
    300,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    30_000,
    100,
    30_000,
    -30_000,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});

test.each(units)(
  "a convolution and its gradients in %s are those in float32 within the error of three products",
  async (precision, unit) => {
    const definition = (precision: Precision): StepDefinition => ({
      state: { filter: array([3, 3, 2, 4], 8) },
      inputs: { x: { shape: [1, 6, 6, 2], dtype: "float32" } },
      step: ({ filter }, { x }) => {
        const objective = (kernel: tf.Tensor, image: tf.Tensor) =>
          tf.mean(tf.square(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same"))) as tf.Scalar;
        const { value, grads } = tf.valueAndGrads(objective)([filter as tf.Tensor, x as tf.Tensor]);
        return {
          outputs: { loss: value, filter: grads[0] as tf.Tensor, image: grads[1] as tf.Tensor },
        };
      },
      precision,
    });
    const x = drawn(72, 9);
    const exact = await run(definition("float32"), { x });
    const short = await run(definition(precision), { x });
    for (const [name, { data }] of Object.entries(exact)) {
      const norm = Math.hypot(...data);
      const error = Math.hypot(...data.map((value, i) => value - (short[name]?.data[i] as number)));
      expect([name, error / norm < 3 * 3 * unit, error > 0]).toEqual([name, true, true]);
    }
  },
);

test("bfloat16 has the range of float32", async () => {
  const { c } = await run(product("bfloat16", 1), {
    a: Float32Array.of(2 ** 100, 1, 1),
    b: Float32Array.of(4, 1, 1, 1),
  });
  expect(c?.data[0]).toBe(2 ** 102);
});

test("engines refuse a precision that they lack, and name those that have it", async () => {
  const step = await (await openRuntime("cpu")).compile(product("float32", 1));
  step.dispose();
  await expect((await openRuntime("cpu")).compile(product("float16", 1))).rejects.toThrow(
    'compile: precision must be "float32" on cpu, got "float16", which onnx-cuda, onnx-webgpu, onnx-cpu can do',
  );
  expect(() => requirePrecision("onnx-webgpu", product("bfloat16", 1))).toThrow(
    'compile: precision must be "float32" or "float16" on onnx-webgpu, got "bfloat16", which onnx-cuda, onnx-cpu can do',
  );
  await expect((await openRuntime("onnx-cpu")).compile(product("half" as "float16", 1))).rejects.toThrow(
    'compile: precision must be "float32", "float16" or "bfloat16", got "half"',
  );
});
