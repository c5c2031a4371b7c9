import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { type AdamWOptions, adam, adamW, type SgdOptions, sgd } from "./index.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

const all = (names: readonly string[], value: number) =>
  Object.fromEntries(names.map((name) => [name, tf.fill([2, 2], value)]));

const stepAdam = (
  update: typeof adam,
  change: Partial<AdamWOptions>,
  names: readonly string[] = ["a"],
  gradients: readonly string[] = names,
) =>
  update(
    { parameters: all(names, 1), firstMoments: all(names, 0), secondMoments: all(names, 0) },
    all(gradients, 0.5),
    {
      learningRate: tf.scalar(0.5),
      biasCorrection1: tf.scalar(0.1),
      biasCorrection2: tf.scalar(0.001),
      ...change,
    },
  );

const stepSgd = (
  change: Partial<SgdOptions>,
  names: readonly string[] = ["a"],
  gradients: readonly string[] = names,
) =>
  sgd({ parameters: all(names, 1), momenta: all(names, 0) }, all(gradients, 0.5), {
    learningRate: tf.scalar(0.5),
    ...change,
  });

const first = (tensor: tf.Tensor | undefined) => tensor!.dataSync()[0];

test("without decay adam and adamW give the same bits", () => {
  tf.tidy(() => {
    const [one, other] = [stepAdam(adam, {}), stepAdam(adamW, { weightDecay: 0 })];
    expect(one.parameters.a!.dataSync()).toEqual(other.parameters.a!.dataSync());
    expect(one.secondMoments.a!.dataSync()).toEqual(other.secondMoments.a!.dataSync());
  });
});

test("the scale is on the gradient and not on the decay that joins it", () => {
  tf.tidy(() => {
    const options = { weightDecay: 0.5, spared: () => false, gradientScale: tf.scalar(0.2) };
    // 0.1·(0.2·0.5 + 0.5·1)
    expect(first(stepAdam(adam, options).firstMoments.a)).toBeCloseTo(0.06, 7);
    expect(first(stepSgd(options).parameters.a)).toBeCloseTo(1 - 0.5 * 0.6, 6);
  });
});

test("a factor of 0 on the learning rate leaves a parameter where it is, decay included", () => {
  tf.tidy(() => {
    const names = ["a", "b"];
    const change = {
      weightDecay: 0.5,
      spared: () => false,
      learningRateScale: (name: string) => (name === "a" ? 0 : 1),
    };
    for (const { parameters } of [
      stepAdam(adam, change, names),
      stepAdam(adamW, change, names),
      stepSgd(change, names),
    ]) {
      expect(first(parameters.a)).toBe(1);
      expect(first(parameters.b)).toBeLessThan(1);
    }
  });
});

test("parameters without gradient are not returned, gradients without parameter are refused", () => {
  tf.tidy(() => {
    expect(Object.keys(stepAdam(adam, {}, ["a", "b"], ["a"]).parameters)).toEqual(["a"]);
    expect(Object.keys(stepSgd({ momentum: 0.9 }, ["a", "b"], ["a"]).momenta)).toEqual(["a"]);
    expect(stepSgd({}).momenta).toEqual({});
    expect(() => stepAdam(adam, {}, ["a"], ["b"])).toThrow(
      "adam: parameters must hold an entry for the gradient b",
    );
    expect(() => stepSgd({}, ["a"], ["b"])).toThrow("sgd: parameters must hold an entry for the gradient b");
    const empty = { parameters: all(["a"], 1), momenta: {} };
    expect(() => sgd(empty, all(["a"], 1), { learningRate: tf.scalar(1), momentum: 0.5 })).toThrow(
      "sgd: momenta must hold an entry for the gradient a",
    );
  });
});

test("hyper-parameters out of range are refused", () => {
  tf.tidy(() => {
    expect(() => stepAdam(adam, { betas: [0.9, 1] })).toThrow(/^adam: betas\[1\] must be .* got 1$/);
    expect(() => stepSgd({ momentum: 1 })).toThrow(/^sgd: momentum must be .* got 1$/);
    expect(() => stepSgd({ nesterov: true })).toThrow(
      "sgd: momentum must be above 0 when nesterov is true, got 0",
    );
    expect(() => stepSgd({ weightDecay: -1 })).toThrow(/^sgd: weightDecay must be .* got -1$/);
    expect(() => stepSgd({ learningRateScale: () => Number.NaN })).toThrow(
      /^sgd: learningRateScale of a must be .* got NaN$/,
    );
  });
});

test("no tensor is left behind but the returned ones", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => void stepAdam(adam, { weightDecay: 0.1 }));
  tf.tidy(() => void stepSgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1 }));
  expect(tf.memory().numTensors).toBe(before);
  const kept = tf.tidy(() => stepSgd({ momentum: 0.9, nesterov: true }) as unknown as tf.TensorContainer);
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose(kept);
});
