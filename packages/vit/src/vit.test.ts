import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { tensorsOf, useCpuBackend } from "../test/cpuBackend.js";
import { draw, drawParameter, sizeOf } from "../test/drawn.js";
import { features, initialParameters, parameterShapes, type VitConfig, vit, vitPresets } from "./index.js";

beforeAll(useCpuBackend);

const config = vitPresets["two-block"];

const models: Readonly<Record<string, VitConfig>> = {
  "class token": config,
  "SwiGLU and registers": {
    ...config,
    mlp: "swiglu",
    numRegisters: 2,
    classPosition: false,
    layerScale: true,
  },
  "both poolings, antialiased positions": {
    ...config,
    pooling: "cls+mean",
    storedPositions: { grid: [3, 4], convention: "timm" },
  },
  "hidden patches": {
    ...config,
    maskToken: true,
    numRegisters: 1,
    storedPositions: { grid: 3, convention: "dinov2" },
  },
  "mean before the normalisation, positions by size": {
    ...config,
    pooling: "mean",
    fcNorm: true,
    storedPositions: { grid: 3, convention: "huggingface" },
  },
};

test.each(Object.keys(models))("the directional derivative agrees with finite differences: %s", (model) => {
  const config = models[model] as VitConfig;
  // Not as training begins: tokens of about 0 are so curved under layer normalisation that no difference is a slope.
  const shapes = [...parameterShapes(config)];
  const names = shapes.map(([name]) => name);
  const images = tf.tensor4d(draw("pictures", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const options =
    config.maskToken === true ? { maskedPatches: tf.tensor2d([1, 0, 0, 1, 0, 0, 1, 0], [2, 4]) } : {};
  const objective = (...tensors: tf.Tensor[]) =>
    tf.sum(
      tf.square(
        vit(
          Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor])),
          images,
          config,
          options,
        ),
      ),
    ) as tf.Scalar;
  const values = shapes.map(([name, shape]) => tf.tensor(drawParameter(name, shape), [...shape]));
  const directions = names.map((name, i) =>
    tf.tensor(
      draw(`direction ${name}`, sizeOf((values[i] as tf.Tensor).shape), 1),
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
  const parameters = tensorsOf(initialParameters(config, 1));
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
  const parameters = tensorsOf(initialParameters(config, 1));
  const images = tf.tensor4d(draw("pair", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);
  const both = vit(parameters, images, config).dataSync().slice(14);
  const alone = vit(parameters, tf.slice(images, [1, 0, 0, 0], [1, 16, 16, 3]), config).dataSync();
  expect(both).toBeAllclose(alone, { rtol: 1e-5, atol: 1e-7 });
});

test("a table of positions on another grid is resampled inside the forward pass and gets its gradient", () => {
  const stored: VitConfig = { ...config, storedPositions: { grid: 5, convention: "dinov2" } };
  const parameters = tensorsOf(initialParameters(stored, 1));
  const images = tf.tensor4d(draw("pair", 16 * 16 * 3, 2), [1, 16, 16, 3]);
  const gradient = tf.grad((positions) =>
    tf.sum(vit({ ...parameters, pos_embed: positions }, images, stored)),
  )(parameters.pos_embed as tf.Tensor);
  expect(gradient.shape).toEqual([1, 26, 16]);
  expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0);
});

test("vit refuses images of another size, and names the size that it wants", () => {
  const images = tf.zeros([2, 16, 8, 3]) as tf.Tensor4D;
  expect(() => vit(tensorsOf(initialParameters(config, 1)), images, config)).toThrow(
    "vit: images must have shape [B, 16, 16, 3], got [2, 16, 8, 3]",
  );
});

test("vit names the parameter that is missing", () => {
  const { "blocks.1.attn.qkv.bias": _, ...rest } = tensorsOf(initialParameters(config, 1));
  const images = tf.zeros([2, 16, 16, 3]) as tf.Tensor4D;
  expect(() => vit(rest, images, config)).toThrow(
    'vit: parameters must hold "blocks.1.attn.qkv.bias", got nothing under that name',
  );
});

test("vit refuses a parameter that would only fit by broadcasting", () => {
  const images = tf.zeros([2, 16, 16, 3]) as tf.Tensor4D;
  expect(() =>
    vit({ ...tensorsOf(initialParameters(config, 1)), pos_embed: tf.zeros([1, 1, 16]) }, images, config),
  ).toThrow("vit: parameter pos_embed must have shape [1, 5, 16], got [1, 1, 16]");
});
