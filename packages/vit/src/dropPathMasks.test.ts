import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tensorsOf, useCpuBackend } from "../test/cpuBackend.js";
import { draw } from "../test/drawn.js";
import { dropPathMasks, initialParameters, vit, vitPresets } from "./index.js";

beforeAll(useCpuBackend);

const config = vitPresets["two-block"];

test("stochastic depth multiplies each branch of each image by its factor", () => {
  const parameters = tensorsOf(initialParameters(config, 4));
  const images = tf.tensor4d(draw("pair", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const whole = vit(parameters, images, config).dataSync();
  const none = vit(parameters, images, config, { dropPath: tf.ones([4, 2]) as tf.Tensor2D }).dataSync();
  expect(none).toBeAllclose(whole, { rtol: 1e-5, atol: 1e-7 });
  // The second image loses every branch, so only its embedded class token is left.
  const dropPath = tf.tensor2d([1, 0, 1, 0, 1, 0, 1, 0], [4, 2]);
  const logits = vit(parameters, images, config, { dropPath }).dataSync();
  expect(logits.slice(0, 14)).toBeAllclose(whole.slice(0, 14), { rtol: 1e-5, atol: 1e-7 });
  const bare = vit(parameters, tf.zerosLike(images), config, { dropPath: tf.zerosLike(dropPath) }).dataSync();
  expect(logits.slice(14)).toBeAllclose(bare.slice(14), { rtol: 1e-5, atol: 1e-7 });
  expect(logits.slice(14)).not.toEqual(whole.slice(14));
  expect(() => vit(parameters, images, config, { dropPath: tf.ones([4, 3]) as tf.Tensor2D })).toThrow(
    "vit: dropPath must have shape [4, 2], two rows a block and a column an image, got [4, 3]",
  );
});

test("dropPathMasks drops with a rate that grows linearly, and keeps the expectation", () => {
  const model = { ...config, depth: 3 };
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const batch = 4000;
  const masks = dropPathMasks(model, batch, { rate: 0.4, random });
  expect(masks.length).toBe(6 * batch);
  for (const [row, rate] of [0, 0, 0.2, 0.2, 0.4, 0.4].entries()) {
    const factors = masks.slice(row * batch, (row + 1) * batch);
    const dropped = factors.filter((factor) => factor === 0).length / batch;
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / batch));
    expect(new Set(factors.filter((factor) => factor > 0))).toEqual(new Set([Math.fround(1 / (1 - rate))]));
  }
  expect(new Set(dropPathMasks({ ...config, depth: 1 }, 2, { rate: 0.9, random }))).toEqual(new Set([1]));
  expect(() => dropPathMasks(config, 2, { rate: 1, random })).toThrow(
    "dropPathMasks: rate must be at least 0 and below 1, got 1",
  );
});
