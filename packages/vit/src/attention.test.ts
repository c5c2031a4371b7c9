import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { useCpuBackend } from "../test/cpuBackend.js";
import { draw, drawParameter } from "../test/drawn.js";
import {
  attentionMaps,
  attentionRelevance,
  attentionRollout,
  classTokenMap,
  gradCam,
  parameterShapes,
  type TensorRecord,
  type VitConfig,
  vit,
  vitPresets,
} from "./index.js";

const config: VitConfig = {
  ...vitPresets["two-block"],
  imageSize: [16, 24],
  numRegisters: 2,
  classPosition: false,
  numClasses: 3,
};
let parameters: TensorRecord;
let images: tf.Tensor4D;

beforeAll(async () => {
  await useCpuBackend();
  parameters = Object.fromEntries(
    [...parameterShapes(config)].map(([name, shape]) => [
      name,
      tf.tensor(drawParameter(name, shape), [...shape]),
    ]),
  );
  images = tf.tensor4d(draw("images", 2 * 16 * 24 * 3, 2), [2, 16, 24, 3]);
});

test("the logits beside the attention are those of vit, and each token's attention sums to 1", () => {
  const { logits, attention } = attentionMaps(parameters, images, config);
  expect(logits.dataSync()).toBeAllclose(vit(parameters, images, config).dataSync(), { rtol: 1e-5 });
  expect(attention.map(({ shape }) => shape)).toEqual([
    [2, 2, 9, 9],
    [2, 2, 9, 9],
  ]);
  for (const weights of attention) {
    const sums = tf.sum(weights, -1).dataSync();
    expect(sums).toBeAllclose(
      sums.map(() => 1),
      { rtol: 1e-6 },
    );
  }
});

test("what every finding's weight explains is the sum of what each finding explains", () => {
  const weights = tf.tensor2d([0, 1, 0, 0, 1, 0], [2, 3]);
  const cam = gradCam(parameters, images, config, 1).dataSync();
  expect(gradCam(parameters, images, config, weights).dataSync()).toBeAllclose(cam, { rtol: 1e-6 });
  const relevance = attentionRelevance(parameters, images, config, 1).dataSync();
  expect(attentionRelevance(parameters, images, config, weights).dataSync()).toBeAllclose(relevance, {
    rtol: 1e-6,
  });
});

test("an image's explanation does not depend on the other images of the batch", () => {
  const alone = tf.slice(images, [1, 0, 0, 0], [1, 16, 24, 3]);
  const second = (map: tf.Tensor) => map.dataSync().slice(map.size / 2);
  for (const explain of [gradCam, attentionRelevance]) {
    const both = second(explain(parameters, images, config, 2));
    const single = explain(parameters, alone, config, 2).dataSync();
    expect(both).toBeAllclose(single, { rtol: 1e-5, atol: 1e-7 });
  }
});

test("classTokenMap takes the patches of the class token's row, without registers", () => {
  const relevance = tf.tensor3d(
    Array.from({ length: 162 }, (_, i) => i),
    [2, 9, 9],
  );
  const map = classTokenMap(relevance, config);
  expect(map.shape).toEqual([2, 2, 3]);
  expect([...map.dataSync()]).toEqual([3, 4, 5, 6, 7, 8, 84, 85, 86, 87, 88, 89]);
});

test("rollout rows sum to 1, and relevance is never negative", () => {
  const { attention } = attentionMaps(parameters, images, config);
  for (const heads of ["mean", "max", "min"] as const) {
    const sums = tf.sum(attentionRollout(attention, { heads }), -1).dataSync();
    expect(sums).toBeAllclose(
      sums.map(() => 1),
      { rtol: 1e-5 },
    );
  }
  expect(Math.min(...attentionRelevance(parameters, images, config, 0).dataSync())).toBeGreaterThanOrEqual(0);
});

test.each<[string, (() => tf.TensorContainer) | (() => object), number]>([
  ["attentionMaps", () => attentionMaps(parameters, images, config), 3],
  ["attentionRelevance", () => attentionRelevance(parameters, images, config, 1), 1],
  ["gradCam", () => gradCam(parameters, images, config, 1), 1],
  ["attentionRollout", () => attentionRollout([tf.ones([1, 2, 3, 3])]), 2],
])("%s leaves no tensor behind but what it returns", (_, call, count) => {
  const before = tf.memory().numTensors;
  call();
  expect(tf.memory().numTensors).toBe(before + count);
});

test("an explanation that fails leaves no tensor behind", () => {
  const { "head.bias": _, ...rest } = parameters;
  const before = tf.memory().numTensors;
  for (const explain of [gradCam, attentionRelevance]) {
    expect(() => explain(rest, images, config, 1)).toThrow(
      'parameters must hold "head.bias", got nothing under that name',
    );
  }
  expect(tf.memory().numTensors).toBe(before);
});

test.each<[string, () => unknown, string]>([
  [
    "a finding that the head lacks",
    () => gradCam(parameters, images, config, 3),
    "gradCam: finding must be below numClasses 3, got 3",
  ],
  [
    "a finding that is no index",
    () => attentionRelevance(parameters, images, config, -1),
    "attentionRelevance: finding must be an integer of at least 0, got -1",
  ],
  [
    "weights of other images",
    () => gradCam(parameters, images, config, tf.ones([1, 3])),
    "gradCam: finding must have shape [2, 3], got [1, 3]",
  ],
  [
    "no attention",
    () => attentionRollout([]),
    "attentionRollout: attention must hold tensors of one shape [B, heads, N, N], got none",
  ],
  [
    "attention of two models",
    () => attentionRollout([tf.ones([1, 2, 3, 3]), tf.ones([1, 2, 4, 4])]),
    "attentionRollout: attention must hold tensors of one shape [B, heads, N, N], got [1, 2, 3, 3], [1, 2, 4, 4]",
  ],
  [
    "a fusion without a name",
    () => attentionRollout([tf.ones([1, 2, 3, 3])], { heads: "sum" as "mean" }),
    'attentionRollout: heads must be "mean", "max" or "min", got "sum"',
  ],
  [
    "relevance of another model",
    () => classTokenMap(tf.ones([2, 5, 5]), config),
    "classTokenMap: relevance must have shape [B, 9, 9], got [2, 5, 5]",
  ],
  [
    "images of another size",
    () => attentionMaps(parameters, tf.ones([1, 24, 16, 3]), config),
    "attentionMaps: images must have shape [B, 16, 24, 3], got [1, 24, 16, 3]",
  ],
])("the explanations refuse %s", (_, call, message) => {
  expect(call).toThrow(message);
});
