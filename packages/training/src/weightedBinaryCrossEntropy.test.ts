import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import fixture from "../fixtures/torch/weightedBinaryCrossEntropy.json" with { type: "json" };
import { weightedBinaryCrossEntropy } from "./weightedBinaryCrossEntropy.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

interface Case {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly (readonly (number | null)[])[];
  readonly positiveWeights: readonly number[];
}

const cases = fixture.input.map((input, i) => ({ input: input as Case, expected: fixture.expected[i]! }));

/** Loss and its gradient, with NaN labels left to the function or split into values and mask by the caller. */
function lossAndGradient({ logits, labels, positiveWeights }: Case, split: boolean) {
  return tf.tidy(() => {
    const shape: [number, number] = [logits.length, positiveWeights.length];
    const flat = labels.flat();
    const absent = split ? 0 : Number.NaN;
    const values = tf.tensor2d(
      flat.map((label) => label ?? absent),
      shape,
    );
    const mask = tf.tensor2d(
      flat.map((label) => (label === null ? 0 : 1)),
      shape,
    );
    const weights = tf.tensor1d([...positiveWeights]);
    const loss = (x: tf.Tensor) =>
      weightedBinaryCrossEntropy(x as tf.Tensor2D, values, weights, split ? { mask } : {});
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d(logits.flat(), shape));
    return { loss: value.dataSync()[0]!, gradient: grad.dataSync() };
  });
}

test.each(cases)(
  "the loss and its gradient equal PyTorch's BCEWithLogitsLoss, case %#",
  ({ input, expected }) => {
    for (const split of [false, true]) {
      const { loss, gradient } = lossAndGradient(input, split);
      expect(loss / expected.loss).toBeCloseTo(1, 5);
      // The floor of 1e-9 is for gradients near exp(−80), which float32 holds as 0.
      expect(gradient).toBeAllclose(expected.gradient.flat(), { rtol: fixture.rtol, atol: 1e-9 });
    }
  },
);

test("the gradient agrees with central differences of the loss", () => {
  const { input } = cases[2]!;
  const small = { ...input, logits: input.logits.slice(0, 6), labels: input.labels.slice(0, 6) };
  const { gradient } = lossAndGradient(small, true);
  const flat = small.logits.flat();
  const width = small.positiveWeights.length;
  const at = (index: number, shift: number) => {
    const moved = flat.map((value, i) => (i === index ? value + shift : value));
    const rows = small.logits.map((_, row) => moved.slice(row * width, (row + 1) * width));
    return lossAndGradient({ ...small, logits: rows }, true).loss;
  };
  const h = 1 / 64;
  const differences = flat.map((_, index) => (at(index, h) - at(index, -h)) / (2 * h));
  // float32 losses of about 1 carry 6e-8, which the division by 2h turns into 4e-6.
  expect(gradient).toBeAllclose(differences, { rtol: 1e-3, atol: 1e-5 });
});

test("the gradient at a logit of exactly 0 is the true one", () => {
  const { gradient } = lossAndGradient({ logits: [[0, 0]], labels: [[0, 1]], positiveWeights: [3, 3] }, true);
  expect(gradient).toBeAllclose([0.25, -0.75]);
});

test("labels under a zero mask do not touch the gradient of the others", () => {
  const { gradient } = lossAndGradient(
    { logits: [[2, -1]], labels: [[null, 1]], positiveWeights: [1, 1] },
    false,
  );
  expect(gradient[0]).toBe(0);
  expect(gradient[1]).toBeCloseTo(-1 / (1 + Math.exp(-1)), 6);
});

test("loss and gradient are 0 when no label counts", () => {
  const { loss, gradient } = lossAndGradient(
    { logits: [[2, -1]], labels: [[null, null]], positiveWeights: [1, 1] },
    false,
  );
  expect(loss).toBe(0);
  expect([...gradient].map(Math.abs)).toEqual([0, 0]);
});

test("no tensor is left behind", () => {
  const before = tf.memory().numTensors;
  lossAndGradient(cases[2]!.input, false);
  lossAndGradient(cases[2]!.input, true);
  expect(tf.memory().numTensors).toBe(before);
});

test("shapes that do not fit the logits are refused by name", () => {
  tf.tidy(() => {
    const logits = tf.zeros<tf.Rank.R2>([2, 3]);
    const weights = tf.ones<tf.Rank.R1>([3]);
    expect(() => weightedBinaryCrossEntropy(logits, tf.zeros([3, 2]), weights)).toThrow(
      "weightedBinaryCrossEntropy: labels must have shape [2,3] to fit the logits, got [3,2]",
    );
    expect(() => weightedBinaryCrossEntropy(logits, logits, tf.ones([2]))).toThrow(
      /positiveWeights must have shape/,
    );
    expect(() => weightedBinaryCrossEntropy(logits, logits, weights, { mask: tf.ones([2, 1]) })).toThrow(
      /mask must have shape/,
    );
  });
});
