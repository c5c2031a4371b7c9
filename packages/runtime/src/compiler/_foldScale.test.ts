import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { operationsOf, recorded, run } from "../../test/passes.js";
import { foldScale } from "./_foldScale.js";
import { toStandardOperators } from "./_toStandardOperators.js";

const shapes = { a: [2, 3, 4], b: [2, 5, 4] };
const scores = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(tf.mul(a, 0.5), tf.mul(b, 0.25), false, true);

test("foldScale moves factors on both operands and on the result into the product", async () => {
  const graph = () =>
    recorded(shapes, (_, { a, b }) => ({
      outputs: { y: tf.mul(scores(a as tf.Tensor, b as tf.Tensor), 3) },
    }));
  const after = foldScale(graph());
  expect(operationsOf(after)).toEqual(["FusedMatMul"]);
  expect(after.nodes[0]?.attributes.alpha).toEqual({ float: 0.375 });
  const { "output:y": expected } = await run(graph());
  expect((await run(after))["output:y"]).toBeAllclose(expected as Float32Array, { rtol: 1e-6, atol: 1e-6 });
});

test("foldScale leaves a factor alone whose result something else reads", () => {
  const graph = recorded(shapes, (_, { a, b }) => {
    const half = tf.mul(a as tf.Tensor, 0.5);
    return { outputs: { half, y: tf.matMul(half, b as tf.Tensor, false, true) } };
  });
  expect(operationsOf(foldScale(graph))).toEqual(["Mul", "FusedMatMul"]);
});

test("for other readers a scaled product is a transpose, a product and a factor", async () => {
  const graph = () =>
    foldScale(
      recorded(shapes, (_, { a, b }) => ({ outputs: { y: scores(a as tf.Tensor, b as tf.Tensor) } })),
    );
  const after = toStandardOperators(graph());
  expect(operationsOf(after)).toEqual(["Transpose", "MatMul", "Mul"]);
  const { "output:y": expected } = await run(graph());
  expect((await run(after))["output:y"]).toBeAllclose(expected as Float32Array, { rtol: 1e-6, atol: 1e-6 });
});
