import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { useCpuBackend } from "../test/cpuBackend.js";
import { draw, drawParameter } from "../test/drawn.js";
import {
  features,
  freezeParameters,
  parameterShapes,
  type VitConfig,
  type VitOptions,
  vit,
  vitPresets,
} from "./index.js";

beforeAll(useCpuBackend);

const plain = vitPresets["two-block"];
const models: Readonly<Record<string, VitConfig>> = {
  "class token": plain,
  "SwiGLU, layer scale, mean": { ...plain, mlp: "swiglu", layerScale: true, pooling: "mean" },
};

const namesOf = (config: VitConfig) => [...parameterShapes(config).keys()];
const drawn = (config: VitConfig) =>
  [...parameterShapes(config)].map(([name, shape]) => tf.tensor(drawParameter(name, shape), [...shape]));
const images = () => tf.tensor4d(draw("pictures", 2 * 16 * 16 * 3, 2), [2, 16, 16, 3]);

function objectiveOf(config: VitConfig, options: VitOptions) {
  const pictures = images();
  return (...tensors: tf.Tensor[]): tf.Scalar => {
    const record = Object.fromEntries(namesOf(config).map((name, i) => [name, tensors[i] as tf.Tensor]));
    return tf.sum(tf.square(vit(record, pictures, config, options)));
  };
}

test.each(Object.keys(models))("gradients of every parameter are the same to the bit: %s", (model) => {
  const config = models[model] as VitConfig;
  const parameters = drawn(config);
  const plainly = tf.valueAndGrads(objectiveOf(config, {}))(parameters);
  const again = tf.valueAndGrads(objectiveOf(config, { gradientCheckpointing: true }))(parameters);
  expect(again.value.dataSync()).toEqual(plainly.value.dataSync());
  for (const [i, name] of namesOf(config).entries()) {
    const gradient = again.grads[i] as tf.Tensor;
    expect([name, gradient.dataSync()]).toEqual([name, (plainly.grads[i] as tf.Tensor).dataSync()]);
    expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0);
  }
});

test("the factors of stochastic depth reach the second computation too, and get their gradient", () => {
  const parameters = Object.fromEntries(
    namesOf(plain).map((name, i) => [name, drawn(plain)[i] as tf.Tensor]),
  );
  const gradientOf = (gradientCheckpointing: boolean) =>
    tf.grad((dropPath) =>
      tf.sum(
        tf.square(
          vit(parameters, images(), plain, { dropPath: dropPath as tf.Tensor2D, gradientCheckpointing }),
        ),
      ),
    )(tf.tensor2d([2, 0, 0, 2, 2, 2, 0, 2], [4, 2]));
  const again = gradientOf(true).dataSync();
  expect(again).toEqual(gradientOf(false).dataSync());
  expect(again.some((value) => value !== 0)).toBe(true);
});

test("a frozen parameter gets no gradient, and those of the others are what they are without checkpointing", () => {
  const names = namesOf(plain);
  const gradientsOf = (options: VitOptions) =>
    tf.engine().gradients(
      () => {
        const record = Object.fromEntries(names.map((name, i) => [name, parameters[i] as tf.Tensor]));
        return tf.sum(
          tf.square(features(freezeParameters(record, ["blocks.0.*"]), images(), plain, options)),
        );
      },
      parameters,
      undefined,
      true,
    ).grads as (tf.Tensor | undefined)[];
  const parameters = drawn(plain);
  const plainly = gradientsOf({});
  const again = gradientsOf({ gradientCheckpointing: true });
  for (const [i, name] of names.entries()) {
    expect([name, again[i]?.dataSync()]).toEqual([name, plainly[i]?.dataSync()]);
    if (name.startsWith("blocks.0.")) expect(again[i]).toBeUndefined();
  }
});

test("a forward pass of twelve blocks with its gradient holds less than half the bytes at its peak", async () => {
  const config: VitConfig = { ...plain, depth: 12 };
  const parameters = drawn(config);
  const peakOf = async (options: VitOptions) => {
    const objective = objectiveOf(config, options);
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(() => tf.valueAndGrads(objective)(parameters).value);
    return peakBytes - before;
  };
  expect(await peakOf({ gradientCheckpointing: true })).toBeLessThan((await peakOf({})) / 2);
});

test("nothing stays behind but loss and gradients", () => {
  const parameters = drawn(plain);
  const objective = objectiveOf(plain, { gradientCheckpointing: true });
  const before = tf.memory().numTensors;
  const { value, grads } = tf.valueAndGrads(objective)(parameters);
  expect(tf.memory().numTensors).toBe(before + 1 + parameters.length);
  tf.dispose([value, ...grads]);
});
