import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { features, initialParameters, parameterShapes, type VitConfig, vit, vitPresets } from "./index.js";

interface Fixture {
  readonly input: {
    image: number;
    patch: number;
    channels: number;
    layer_scale: boolean;
    pooling: "cls" | "mean";
  };
  readonly expected: { features: number[]; logits: number[]; gradients: Record<string, number[]> };
}

beforeAll(async () => {
  await tf.setBackend("cpu");
  // The backend prints an advertisement at its first use.
  Reflect.set(tf.backend(), "firstUse", false);
});

/** The generator of fixtures/timm/generate.py. */
function draw(name: string, count: number, spread: number): Float32Array {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * spread;
  });
}

const size = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);

function drawParameter(name: string, shape: readonly number[]): tf.Tensor {
  const values = draw(name, size(shape), 0.5);
  return tf.tensor(/norm\d?\.weight$/.test(name) ? values.map((value) => value + 1) : values, [...shape]);
}

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/timm/${name}.json`, import.meta.url), "utf8")) as Fixture;

test.each(["cls", "layerScale", "mean", "meanLayerScale"])(
  "features, logits and every gradient are those of timm: %s",
  (name) => {
    const { input, expected } = load(name);
    const config: VitConfig = {
      imageSize: input.image,
      patchSize: input.patch,
      channels: input.channels,
      width: 12,
      depth: 2,
      numHeads: 3,
      mlpDim: 24,
      numClasses: 5,
      pooling: input.pooling,
      layerScale: input.layer_scale,
    };
    const names = [...parameterShapes(config).keys()];
    const values = names.map((key) => drawParameter(key, parameterShapes(config).get(key) as number[]));
    const toRecord = (tensors: readonly tf.Tensor[]) =>
      Object.fromEntries(names.map((key, i) => [key, tensors[i] as tf.Tensor]));
    const shape = [2, input.image, input.image, input.channels] as [number, number, number, number];
    const images = tf.tensor4d(draw("images", size(shape), 2), shape);
    const weights = tf.tensor2d(draw("weights", 10, 2), [2, 5]);
    const scale = (reference: readonly number[]) => Math.max(...reference.map(Math.abs));
    const expectClose = (tensor: tf.Tensor, reference: readonly number[], rtol: number) =>
      expect(tensor.dataSync()).toBeAllclose(reference, { rtol, atol: rtol * scale(reference) });

    expectClose(features(toRecord(values), images, config), expected.features, 1e-5);
    expectClose(vit(toRecord(values), images, config), expected.logits, 1e-5);
    const objective = (...tensors: tf.Tensor[]) =>
      tf.sum(tf.mul(vit(toRecord(tensors), images, config), weights)) as tf.Scalar;
    const gradients = tf.grads(objective)(values);
    for (const [i, key] of names.entries())
      expectClose(gradients[i] as tf.Tensor, expected.gradients[key] as number[], 1e-4);
    expect(Object.keys(expected.gradients).sort()).toEqual([...names].sort());
  },
);

const config = vitPresets["two-block"];

function tensorsOf(seed: number): Record<string, tf.Tensor> {
  const entries = [...initialParameters(config, seed)].map(([name, { data, shape }]) => [
    name,
    tf.tensor(data, [...shape]),
  ]);
  return Object.fromEntries(entries);
}

test("the directional derivative agrees with finite differences", () => {
  const parameters = tensorsOf(3);
  const names = Object.keys(parameters);
  const images = tf.tensor4d(draw("pictures", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const objective = (...tensors: tf.Tensor[]) =>
    tf.sum(
      tf.square(
        vit(Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor])), images, config),
      ),
    ) as tf.Scalar;
  const values = names.map((name) => parameters[name] as tf.Tensor);
  const directions = names.map((name, i) =>
    tf.tensor(
      draw(`direction ${name}`, size((values[i] as tf.Tensor).shape), 1),
      (values[i] as tf.Tensor).shape,
    ),
  );
  const step = 1e-3;
  const shifted = (sign: number) =>
    objective(
      ...values.map((value, i) => tf.add(value, tf.mul(directions[i] as tf.Tensor, sign * step))),
    ).dataSync()[0] as number;
  const measured = (shifted(1) - shifted(-1)) / (2 * step);
  const derivative = tf
    .grads(objective)(values)
    .reduce(
      (sum, gradient, i) =>
        sum + (tf.sum(tf.mul(gradient, directions[i] as tf.Tensor)).dataSync()[0] as number),
      0,
    );
  // Central differences in float32 leave an error of step² and of rounding divided by step.
  expect(Math.abs(measured - derivative)).toBeLessThan(5e-3 * Math.abs(derivative));
});

test("vit and features leave no tensor behind but the one they return", () => {
  const parameters = tensorsOf(1);
  const images = tf.zeros([2, 16, 16, 3]) as tf.Tensor4D;
  const before = tf.memory().numTensors;
  const logits = vit(parameters, images, config);
  const pooled = features(parameters, images, config);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(logits.shape).toEqual([2, 14]);
  expect(pooled.shape).toEqual([2, 16]);
  tf.dispose([logits, pooled]);
});

test("an image does not influence the logits of another one", () => {
  const parameters = tensorsOf(1);
  const images = tf.tensor4d(draw("pair", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const both = vit(parameters, images, config).dataSync().slice(14);
  const alone = vit(parameters, tf.slice(images, [1, 0, 0, 0], [1, 16, 16, 3]), config).dataSync();
  expect(both).toBeAllclose(alone, { rtol: 1e-5, atol: 1e-7 });
});

test("a table of positions on another grid is resampled inside the forward pass and gets its gradient", () => {
  const stored: VitConfig = { ...config, storedPositions: { grid: 5, convention: "dinov2" } };
  const parameters = Object.fromEntries(
    [...initialParameters(stored, 1)].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const images = tf.tensor4d(draw("pair", 16 * 16 * 3, 2), [1, 16, 16, 3]);
  const gradient = tf.grad((positions) =>
    tf.sum(vit({ ...parameters, pos_embed: positions }, images, stored)),
  )(parameters.pos_embed as tf.Tensor);
  expect(gradient.shape).toEqual([1, 26, 16]);
  expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0);
});

test("vit refuses images of another size, and names the size that it wants", () => {
  const images = tf.zeros([2, 16, 8, 3]) as tf.Tensor4D;
  expect(() => vit(tensorsOf(1), images, config)).toThrow(
    "vit: images must have shape [B, 16, 16, 3], got [2, 16, 8, 3]",
  );
});

test("vit names the parameter that is missing", () => {
  const { "blocks.1.attn.qkv.bias": _, ...rest } = tensorsOf(1);
  const images = tf.zeros([2, 16, 16, 3]) as tf.Tensor4D;
  expect(() => vit(rest, images, config)).toThrow(
    'vit: parameters must hold "blocks.1.attn.qkv.bias", got nothing under that name',
  );
});
