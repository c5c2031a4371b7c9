import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tensorsOf, useCpuBackend } from "../test/cpuBackend.js";
import { draw, drawnImages, drawnParameters, sizeOf } from "../test/drawn.js";
import { expectClose } from "../test/expectClose.js";
import { parityBatch, unpack } from "../test/parityCase.js";
import {
  dropPathMasks,
  features,
  initialParameters,
  layerGroups,
  noDecayNames,
  patchFeatures,
  type VitConfig,
  type VitOptions,
  vit,
  vitPresets,
} from "./index.js";

beforeAll(useCpuBackend);

interface Fixture {
  readonly config: VitConfig;
  readonly mask: readonly number[];
  readonly expected: { readonly tokens: string; readonly gradients: Readonly<Record<string, string>> };
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/transformers/maskedPatches.json", import.meta.url), "utf8"),
) as Fixture;

const small: VitConfig = { ...vitPresets["two-block"], maskToken: true };
const models: Readonly<Record<string, VitConfig>> = {
  "class token": small,
  "mean of the patches": { ...small, pooling: "mean" },
  "both, registers without positions": {
    ...small,
    pooling: "cls+mean",
    numRegisters: 2,
    classPosition: false,
    layerScale: true,
  },
};

const images = () => drawnImages(small, 2);
const someHidden = () => tf.tensor2d([1, 0, 0, 1, 0, 1, 1, 0], [2, 4]);

test("tokens with masked patches and every gradient are those of transformers' Dinov2Model", () => {
  const { config, mask, expected } = fixture;
  const { "head.weight": _, "head.bias": __, ...trunk } = tensorsOf(drawnParameters(config));
  const names = Object.keys(trunk);
  const tokensOf = (tensors: readonly tf.Tensor[]) => {
    const parameters = Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
    const { image, patches } = patchFeatures(parameters, drawnImages(config, parityBatch), config, {
      maskedPatches: tf.tensor2d([...mask], [parityBatch, mask.length / parityBatch]),
    });
    return tf.concat([tf.expandDims(image, 1), patches], 1);
  };
  const values = Object.values(trunk);
  const tokens = tokensOf(values);
  expectClose(tokens, unpack(expected.tokens), 1e-5);
  const weights = tf.tensor(draw("weights", sizeOf(tokens.shape), 2), tokens.shape);
  const gradients = tf.grads((...tensors) => tf.sum(tf.mul(tokensOf(tensors), weights)))(values);
  expect([...names].sort()).toEqual(Object.keys(expected.gradients).sort());
  for (const [i, name] of names.entries())
    expectClose(gradients[i] as tf.Tensor, unpack(expected.gradients[name] as string), 1e-4);
  expect(Math.max(...unpack(expected.gradients.mask_token as string).map(Math.abs))).toBeGreaterThan(0);
});

test.each(Object.keys(models))("the image's vector is that of features, under every option: %s", (name) => {
  const config = models[name] as VitConfig;
  const parameters = tensorsOf(drawnParameters(config));
  const masks = dropPathMasks(config, 2, { rate: 0.5, random: () => 0.7 });
  const cases: readonly VitOptions[] = [
    {},
    { maskedPatches: someHidden() },
    { maskedPatches: someHidden(), gradientCheckpointing: true },
    { dropPath: tf.tensor2d(masks, [2 * config.depth, 2]) },
  ];
  for (const options of cases) {
    const { image, patches } = patchFeatures(parameters, images(), config, options);
    const alone = features(parameters, images(), config, options);
    expect(image.dataSync()).toBeAllclose(alone.dataSync(), { rtol: 1e-4, atol: 1e-5 });
    expect(patches.shape).toEqual([2, 4, config.width]);
    if (config.pooling !== "mean") continue;
    expect(tf.mean(patches, 1).dataSync()).toBeAllclose(image.dataSync(), { rtol: 1e-5, atol: 1e-6 });
  }
});

test("what is under a mask is not seen: other pixels there change nothing, elsewhere they do", () => {
  const parameters = tensorsOf(drawnParameters(small));
  const changed = (row: number, column: number) => {
    const bytes = images().bufferSync();
    for (let c = 0; c < 3; c++) bytes.set(5, 0, row, column, c);
    const { patches } = patchFeatures(parameters, bytes.toTensor() as tf.Tensor4D, small, {
      maskedPatches: someHidden(),
    });
    return [...patches.dataSync()];
  };
  const before = [
    ...patchFeatures(parameters, images(), small, { maskedPatches: someHidden() }).patches.dataSync(),
  ];
  // The first image's patches at the top left and at the bottom right are hidden.
  expect(changed(0, 0)).toEqual(before);
  expect(changed(15, 15)).toEqual(before);
  expect(changed(0, 15)).not.toEqual(before);
  expect(changed(15, 0)).not.toEqual(before);
});

test("a mask of zeros is no mask, to the bit, and a masked model without one is the plain model", () => {
  const parameters = tensorsOf(drawnParameters(small));
  const { mask_token: _, ...plain } = parameters;
  const none = tf.zeros([2, 4]) as tf.Tensor2D;
  const logits = [...vit(plain, images(), { ...small, maskToken: false }).dataSync()];
  expect([...vit(parameters, images(), small).dataSync()]).toEqual(logits);
  expect([...vit(parameters, images(), small, { maskedPatches: none }).dataSync()]).toEqual(logits);
});

test("the mask token begins at 0, is not decayed and is in the lowest group", () => {
  expect(initialParameters(small, 3).get("mask_token")).toEqual({
    dtype: "float32",
    shape: [1, 16],
    data: new Float32Array(16),
  });
  expect(initialParameters(vitPresets["two-block"], 3).has("mask_token")).toBe(false);
  expect(noDecayNames(small).has("mask_token")).toBe(true);
  expect(layerGroups(small).get("mask_token")).toBe(0);
});

test("patchFeatures leaves no tensor behind but the two that it returns", () => {
  const parameters = tensorsOf(initialParameters(small, 1));
  const [pictures, maskedPatches] = [images(), someHidden()];
  const before = tf.memory().numTensors;
  const { image, patches } = patchFeatures(parameters, pictures, small, { maskedPatches });
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose([image, patches]);
});

test.each<readonly [string, VitConfig, number, string]>([
  [
    "masks without a mask token",
    { ...small, maskToken: false },
    4,
    "config.maskToken must be true where maskedPatches is given, got false",
  ],
  [
    "masks of another number of patches",
    small,
    5,
    "maskedPatches must have shape [2, 4], a row an image and a column a patch, got [2, 5]",
  ],
])("%s are refused by each function", (_, config, patches, message) => {
  const parameters = tensorsOf(initialParameters(small, 1));
  const maskedPatches = tf.zeros([2, patches]) as tf.Tensor2D;
  for (const [name, run] of Object.entries({ vit, features, patchFeatures }))
    expect(() => run(parameters, images(), config, { maskedPatches })).toThrow(`${name}: ${message}`);
});

test("patches without a normalisation of their own, and a missing mask token, are refused", () => {
  const config: VitConfig = { ...small, pooling: "mean", fcNorm: true };
  expect(() => patchFeatures(tensorsOf(initialParameters(config, 1)), images(), config)).toThrow(
    "patchFeatures: config.fcNorm must be false, got true",
  );
  const { mask_token: _, ...plain } = tensorsOf(initialParameters(small, 1));
  expect(() => patchFeatures(plain, images(), small)).toThrow(
    'patchFeatures: parameters must hold "mask_token", got nothing under that name',
  );
});
