import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tensorsOf, useCpuBackend } from "../test/cpuBackend.js";
import { draw } from "../test/drawn.js";
import { freezeParameters, initialParameters, vit, vitPresets } from "./index.js";

beforeAll(useCpuBackend);

const config = vitPresets["two-block"];

test("frozen parameters get no gradient, and the others the same as before", () => {
  const parameters = tensorsOf(initialParameters(config, 5));
  const images = tf.tensor4d(draw("pair", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const names = Object.keys(parameters);
  const gradientsOf = (patterns: readonly string[]) => {
    const objective = () =>
      tf.sum(tf.square(vit(freezeParameters(parameters, patterns), images, config))) as tf.Scalar;
    const { grads } = tf.engine().gradients(objective, Object.values(parameters), undefined, true);
    return new Map(names.map((name, i) => [name, grads[i] as tf.Tensor | undefined]));
  };
  const whole = gradientsOf([]);
  const partial = gradientsOf(["cls_token", "pos_embed", "patch_embed.*", "blocks.0.*"]);
  for (const [name, gradient] of partial) {
    const isFrozen = /^(cls_token|pos_embed|patch_embed\.|blocks\.0\.)/.test(name);
    expect(gradient === undefined, name).toBe(isFrozen);
    if (gradient !== undefined)
      expect(gradient.dataSync()).toEqual((whole.get(name) as tf.Tensor).dataSync());
  }
  expect(() => freezeParameters(parameters, ["head.*", "blocks.7.*"])).toThrow(
    'freezeParameters: patterns must each meet a parameter, got "blocks.7.*" which meets none',
  );
});

test("freezing leaves the tensors that it was given alive and makes none that tidy does not end", () => {
  const parameters = tensorsOf(initialParameters(config, 5));
  const images = tf.zeros([1, 16, 16, 3]) as tf.Tensor4D;
  const before = tf.memory();
  const logits = tf.tidy(() => vit(freezeParameters(parameters, ["*"]), images, config));
  expect(tf.memory().numTensors).toBe(before.numTensors + 1);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers + 1);
  expect(logits.dataSync()).toEqual(vit(parameters, images, config).dataSync());
});
