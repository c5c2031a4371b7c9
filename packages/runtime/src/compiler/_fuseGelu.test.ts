import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { operationsOf, recorded, run } from "../../test/passes.js";
import { fuseGelu } from "./_fuseGelu.js";

const exact = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
const cubes: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  "a power": (x) => tf.pow(x, 3),
  "two products": (x) => tf.mul(tf.mul(x, x), x),
};
const approximate = (cube: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
  const inner = tf.mul(tf.add(x, tf.mul(cube(x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
};
const forward = (gelu: (x: tf.Tensor) => tf.Tensor) =>
  recorded({ x: [6, 8] }, (_, { x }) => ({ outputs: { y: gelu(x as tf.Tensor) } }));
const backward = () =>
  recorded({ x: [6, 8] }, (_, { x }) => {
    const { value, grad } = tf.valueAndGrad((a: tf.Tensor) => tf.sum(tf.square(exact(a))) as tf.Scalar)(
      x as tf.Tensor,
    );
    return { outputs: { value, grad } };
  });

async function expectSame(before: ReturnType<typeof forward>, after: ReturnType<typeof forward>) {
  const expected = await run(before);
  const actual = await run(after);
  for (const [name, values] of Object.entries(expected))
    expect(actual[name], name).toBeAllclose(values, { rtol: 2e-6, atol: 5e-7 });
}

test("fuseGelu writes the exact form as one node where nothing reads its parts", async () => {
  const after = fuseGelu(forward(exact));
  expect(operationsOf(after)).toEqual(["Gelu"]);
  await expectSame(forward(exact), after);
});

test.each(Object.keys(cubes))(
  "fuseGelu writes the form with tanh as one node, the cube as %s",
  async (name) => {
    const gelu = approximate(cubes[name] as (x: tf.Tensor) => tf.Tensor);
    const after = fuseGelu(forward(gelu));
    expect(operationsOf(after)).toEqual(["FastGelu"]);
    await expectSame(forward(gelu), after);
  },
);

test("with its gradient GELU keeps one value for both and loses five nodes", async () => {
  const before = backward();
  const count = operationsOf(before).length;
  const after = fuseGelu(backward());
  expect(operationsOf(after).filter((op) => op === "HardSigmoid")).toHaveLength(1);
  expect(count - operationsOf(after).length).toBe(5);
  await expectSame(before, after);
});
