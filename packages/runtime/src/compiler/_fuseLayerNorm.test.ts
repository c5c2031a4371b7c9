import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { operationsOf, recorded, run } from "../../test/passes.js";
import { fuseLayerNorm } from "./_fuseLayerNorm.js";
import { fuseLayerNormGradient } from "./_fuseLayerNormGradient.js";
import { keepReducedAxes } from "./_keepReducedAxes.js";

const shapes = { x: [6, 8], scale: [8], bias: [8] };

function layerNorm(x: tf.Tensor, scale: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-6))), scale), bias);
}

const forward = () =>
  recorded(shapes, (_, { x, scale, bias }) => ({
    outputs: { y: layerNorm(x as tf.Tensor, scale as tf.Tensor, bias as tf.Tensor) },
  }));

/** The normalisation beside a path that goes past it, as in a transformer. */
const backward = () =>
  recorded(shapes, (_, { x, scale, bias }) => {
    const f = (...[a, b, c]: tf.Tensor[]) =>
      tf.sum(
        tf.square(tf.add(a as tf.Tensor, layerNorm(a as tf.Tensor, b as tf.Tensor, c as tf.Tensor))),
      ) as tf.Scalar;
    const grads = tf.grads(f)([x, scale, bias] as tf.Tensor[]) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { outputs: { dx: grads[0], dScale: grads[1], dBias: grads[2] } };
  });

test("keepReducedAxes lets a reduction keep its axis instead of a reshape", async () => {
  const before = forward();
  const after = keepReducedAxes(before);
  expect(operationsOf(after).filter((op) => op === "Reshape")).toEqual([]);
  expect(operationsOf(before).filter((op) => op === "Reshape")).toHaveLength(2);
  expect(await run(after)).toEqual(await run(forward()));
});

test("fuseLayerNorm writes a forward pass as one node", async () => {
  const after = fuseLayerNorm(keepReducedAxes(forward()));
  expect(operationsOf(after)).toEqual(["LayerNormalization"]);
  const { "output:y": expected } = await run(forward());
  expect((await run(after))["output:y"]).toBeAllclose(expected as Float32Array, { rtol: 1e-6, atol: 1e-6 });
});

test("fuseLayerNorm leaves alone what only looks like it: another axis, a scale of other shape", () => {
  const columns = recorded({ x: [8, 8], scale: [8], bias: [8] }, (_, { x, scale, bias }) => {
    const centred = tf.sub(x as tf.Tensor, tf.mean(x as tf.Tensor, 0, true));
    const variance = tf.mean(tf.square(centred), 0, true);
    const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-6)));
    return { outputs: { y: tf.add(tf.mul(normalised, scale as tf.Tensor), bias as tf.Tensor) } };
  });
  const wide = recorded({ ...shapes, scale: [6, 8] }, (_, { x, scale, bias }) => ({
    outputs: { y: layerNorm(x as tf.Tensor, scale as tf.Tensor, bias as tf.Tensor) },
  }));
  for (const graph of [columns, wide])
    expect(operationsOf(fuseLayerNorm(keepReducedAxes(graph)))).not.toContain("LayerNormalization");
});

test("the gradient of a fused normalisation is that of the chain rule in half the nodes", async () => {
  const fused = fuseLayerNorm(keepReducedAxes(backward()));
  const count = operationsOf(fused).length;
  const after = fuseLayerNormGradient(fused);
  const operations = operationsOf(after);
  expect(operations).not.toContain("Pow");
  expect(operations.filter((op) => op === "LayerNormalization")).toHaveLength(1);
  expect(operations.filter((op) => op === "ReduceMean")).toHaveLength(2);
  expect(count - operations.length).toBeGreaterThanOrEqual(8);
  const expected = await run(backward());
  const actual = await run(after);
  for (const [name, values] of Object.entries(expected))
    expect(actual[name], name).toBeAllclose(values, { rtol: 2e-6, atol: 1e-5 });
});
