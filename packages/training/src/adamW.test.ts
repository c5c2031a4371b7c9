import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/torch/adamW.json" with { type: "json" };
import { type AdamWState, adamW } from "./adamW.js";
import { clipByGlobalNorm } from "./clipByGlobalNorm.js";
import { weightedBinaryCrossEntropy } from "./weightedBinaryCrossEntropy.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

interface TorchOptions {
  readonly lr: number;
  readonly weight_decay: number;
  readonly betas?: readonly number[];
  readonly eps?: number;
}

const cases = fixture.input.map((input, i) => ({ input, trace: fixture.expected[i]! }));

function gradientsOf({ weight, bias }: Record<string, tf.Tensor>, x: tf.Tensor2D, y: tf.Tensor2D) {
  const f = (w: tf.Tensor, b: tf.Tensor) =>
    weightedBinaryCrossEntropy(tf.add(tf.matMul(x, w, false, true), b), y, tf.ones([3]));
  const { value, grads } = tf.valueAndGrads(f)([weight!, bias!]);
  return { loss: value.dataSync()[0]!, gradients: { weight: grads[0]!, bias: grads[1]! } };
}

describe.each(cases)("case %#", ({ input, trace }) => {
  test("six updates of a linear layer equal torch.optim.AdamW, moments included", () => {
    const options = input.options as TorchOptions;
    const betas = (options.betas ?? [0.9, 0.999]) as [number, number];
    tf.tidy(() => {
      const zeros = () => ({ weight: tf.zeros([3, 4]), bias: tf.zeros([3]) });
      let state: AdamWState = {
        parameters: { weight: tf.tensor2d(input.start.weight), bias: tf.tensor1d(input.start.bias) },
        firstMoments: zeros(),
        secondMoments: zeros(),
      };
      for (const [i, expected] of trace.entries()) {
        const x = tf.tensor2d(input.x);
        const { loss, gradients } = gradientsOf(state.parameters, x, tf.tensor2d(input.y));
        expect(loss).toBeCloseTo(expected.loss, 5);
        const clipped = input.clip === null ? undefined : clipByGlobalNorm(gradients, input.clip);
        if (clipped !== undefined) expect(clipped.norm.dataSync()[0]).toBeCloseTo(expected.gradientNorm!, 5);
        state = adamW(state, gradients, {
          learningRate: tf.scalar(expected.learningRate),
          biasCorrection1: tf.scalar(1 - betas[0] ** (i + 1)),
          biasCorrection2: tf.scalar(1 - betas[1] ** (i + 1)),
          betas,
          ...(options.eps === undefined ? {} : { epsilon: options.eps }),
          weightDecay: options.weight_decay,
          spared: () => false,
          ...(clipped === undefined ? {} : { gradientScale: clipped.scale }),
        });
        const flat = (tensor: tf.Tensor | undefined) => tensor!.dataSync();
        // The floors are float32's: parameters of about 0.5 carry 3e-8 an update, gradients of small sums 1e-9.
        expect(flat(state.parameters.weight)).toBeAllclose(expected.weight.flat(), {
          rtol: 1e-5,
          atol: 1e-6,
        });
        expect(flat(state.parameters.bias)).toBeAllclose(expected.bias, { rtol: 1e-5, atol: 1e-6 });
        const { weight } = expected.moments;
        expect(flat(state.firstMoments.weight)).toBeAllclose(weight.first.flat(), { rtol: 1e-4, atol: 1e-8 });
        expect(flat(state.secondMoments.weight)).toBeAllclose(weight.second.flat(), {
          rtol: 1e-4,
          atol: 1e-10,
        });
      }
    });
  });
});

function oneUpdate(names: readonly string[], gradients: readonly string[]) {
  const all = (value: number) => Object.fromEntries(names.map((name) => [name, tf.fill([2, 2], value)]));
  return adamW(
    { parameters: all(1), firstMoments: all(0), secondMoments: all(0) },
    Object.fromEntries(gradients.map((name) => [name, tf.zeros([2, 2])])),
    {
      learningRate: tf.scalar(0.5),
      biasCorrection1: tf.scalar(0.1),
      biasCorrection2: tf.scalar(0.001),
      weightDecay: 0.5,
    },
  );
}

test("with a gradient of 0 only the parameters that are not spared decay", () => {
  tf.tidy(() => {
    const names = ["head.weight", "pos_embed", "cls_token", "blocks.0.ls1.gamma"];
    const { parameters } = oneUpdate(names, names);
    expect(names.map((name) => parameters[name]!.dataSync()[0])).toEqual([0.75, 1, 1, 1]);
  });
});

test("a parameter without gradient is not returned", () => {
  tf.tidy(() => {
    const { parameters, firstMoments } = oneUpdate(["a", "mask_token"], ["a"]);
    expect(Object.keys(parameters)).toEqual(["a"]);
    expect(Object.keys(firstMoments)).toEqual(["a"]);
  });
});

test("a gradient without parameter and hyper-parameters out of range are refused", () => {
  tf.tidy(() => {
    expect(() => oneUpdate(["a"], ["b"])).toThrow("adamW: parameters must hold an entry for the gradient b");
    const empty = { parameters: {}, firstMoments: {}, secondMoments: {} };
    const one = tf.scalar(1);
    const base = { learningRate: one, biasCorrection1: one, biasCorrection2: one };
    expect(() => adamW(empty, {}, { ...base, betas: [1, 0.9] })).toThrow(/betas\[0\] must be .* got 1$/);
    expect(() => adamW(empty, {}, { ...base, epsilon: 0 })).toThrow(/epsilon must be .* above 0, got 0$/);
    expect(() => adamW(empty, {}, { ...base, weightDecay: -1 })).toThrow(/weightDecay must be/);
  });
});

test("gradients below the norm are left alone, those above are brought down to it", () => {
  tf.tidy(() => {
    const gradients = { a: tf.tensor1d([3]), b: tf.tensor2d([[4, 0]]) };
    const loose = clipByGlobalNorm(gradients, 6);
    expect([loose.norm.dataSync()[0], loose.scale.dataSync()[0]]).toEqual([5, 1]);
    expect(clipByGlobalNorm(gradients, 1).scale.dataSync()[0]).toBeCloseTo(0.2, 6);
    expect(() => clipByGlobalNorm(gradients, 0)).toThrow(
      "clipByGlobalNorm: maxNorm must be a finite number above 0, got 0",
    );
    expect(() => clipByGlobalNorm({}, 1)).toThrow(/at least one entry, got 0/);
  });
});

test("no tensor is left behind but the returned ones", () => {
  const before = tf.memory().numTensors;
  const names = ["a", "b"];
  tf.tidy(() => void oneUpdate(names, names));
  expect(tf.memory().numTensors).toBe(before);
  const kept = tf.tidy(() => oneUpdate(names, names) as unknown as tf.TensorContainer);
  expect(tf.memory().numTensors).toBe(before + 6);
  tf.dispose(kept);
});
