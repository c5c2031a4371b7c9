import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tensorsOf, useCpuBackend } from "../test/cpuBackend.js";
import { draw, drawnImages, drawnParameters } from "../test/drawn.js";
import { expectClose } from "../test/expectClose.js";
import { type ParityCase, parityBatch, parityCases, readParityCase } from "../test/parityCase.js";
import {
  attentionMaps,
  attentionRelevance,
  attentionRollout,
  features,
  foldPositions,
  gradCam,
  parameterShapes,
  type VitConfig,
  vit,
} from "./index.js";

beforeAll(useCpuBackend);

const dropPathOf = ({ dropPath, config }: ParityCase) =>
  dropPath === undefined ? {} : { dropPath: tf.tensor2d([...dropPath], [2 * config.depth, parityBatch]) };

test.each(parityCases)("features, logits and every gradient are those of %s", (name) => {
  const reference = readParityCase(name);
  const { config, gradients: expected } = reference;
  const arrays = drawnParameters(config);
  const names = [...arrays.keys()];
  const values = Object.values(tensorsOf(arrays));
  const toRecord = (tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(names.map((key, i) => [key, tensors[i] as tf.Tensor]));
  const images = drawnImages(config, parityBatch);
  const options = dropPathOf(reference);
  const weights = tf.tensor2d(draw("weights", 10, 2), [parityBatch, 5]);

  expectClose(features(toRecord(values), images, config, options), reference.features, 1e-5);
  expectClose(vit(toRecord(values), images, config, options), reference.logits, 1e-5);
  const objective = (...tensors: tf.Tensor[]) =>
    tf.sum(tf.mul(vit(toRecord(tensors), images, config, options), weights)) as tf.Scalar;
  const gradients = tf.grads(objective)(values);
  for (const [i, key] of names.entries())
    expectClose(gradients[i] as tf.Tensor, expected[key] as Float32Array, 1e-4);
  expect(Object.keys(expected).sort()).toEqual([...names].sort());
});

const withAttention = parityCases.filter((name) => readParityCase(name).attention !== undefined);

test.each(withAttention)("attentionMaps gives every block's attention and the logits of %s", (name) => {
  const { config, attention, logits } = readParityCase(name);
  const maps = attentionMaps(tensorsOf(drawnParameters(config)), drawnImages(config, parityBatch), config);
  expectClose(maps.logits, logits, 1e-5);
  expect(maps.attention.length).toBe(config.depth);
  for (const [i, expected] of (attention ?? []).entries()) {
    expectClose(maps.attention[i] as tf.Tensor, expected, 1e-5);
    expect(maps.attention[i]?.shape[1]).toBe(config.numHeads);
  }
});

const explained = parityCases.filter((name) => readParityCase(name).explanation !== undefined);

test.each(explained)("rollout, relevance and Grad-CAM are those computed with hooks on %s", (name) => {
  const { config, explanation } = readParityCase(name);
  const { finding, rollout, relevance, gradCam: cam } = explanation as NonNullable<typeof explanation>;
  const [parameters, images] = [tensorsOf(drawnParameters(config)), drawnImages(config, parityBatch)];
  const { attention } = attentionMaps(parameters, images, config);
  for (const heads of ["mean", "max", "min"] as const)
    expectClose(attentionRollout(attention, { heads }), rollout[heads], 1e-5);
  expectClose(attentionRelevance(parameters, images, config, finding), relevance, 1e-5);
  expectClose(gradCam(parameters, images, config, finding), cam, 1e-4);
  expect(Math.max(...cam)).toBeGreaterThan(0);
});

const resampled = parityCases.filter((name) => readParityCase(name).config.storedPositions !== undefined);

test.each(resampled)("positions that are resampled at load give the logits of %s", (name) => {
  const { config, logits } = readParityCase(name);
  const folded = foldPositions(drawnParameters(config), config);
  expect(folded.config.storedPositions).toBeUndefined();
  expect(folded.parameters.get("pos_embed")?.shape).toEqual(parameterShapes(folded.config).get("pos_embed"));
  expectClose(
    vit(tensorsOf(folded.parameters), drawnImages(config, parityBatch), folded.config),
    logits,
    1e-5,
  );
});

test("the cases cover every option of the model", () => {
  const configs = parityCases.map((name) => readParityCase(name).config);
  const covered = (wanted: (config: VitConfig) => boolean) => configs.filter(wanted).length;
  expect(parityCases.length).toBeGreaterThanOrEqual(18);
  for (const pooling of ["cls", "mean", "cls+mean"])
    expect(covered((config) => config.pooling === pooling)).toBeGreaterThan(0);
  for (const convention of ["dinov2", "timm", "huggingface"])
    expect(covered((config) => config.storedPositions?.convention === convention)).toBeGreaterThan(0);
  expect(covered((config) => config.mlp === "swiglu")).toBeGreaterThan(0);
  expect(covered((config) => config.fcNorm === true)).toBeGreaterThan(0);
  expect(
    covered((config) => config.classPosition === false && config.numRegisters === undefined),
  ).toBeGreaterThan(0);
  expect(
    covered((config) => config.classPosition !== false && config.numRegisters !== undefined),
  ).toBeGreaterThan(0);
  expect(covered((config) => typeof config.imageSize !== "number")).toBeGreaterThan(0);
});
