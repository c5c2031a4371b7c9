import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/torch/losses.json" with { type: "json" };
import { lossOf } from "./_loss.js";
import { asymmetricLoss } from "./asymmetricLoss.js";
import type { FitLoss } from "./FitLoss.js";
import { focalLoss } from "./focalLoss.js";
import { weightedBinaryCrossEntropy } from "./weightedBinaryCrossEntropy.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

type Loss = (x: tf.Tensor2D, y: tf.Tensor2D, w: tf.Tensor1D, options: object) => tf.Scalar;

const kinds: Readonly<Record<string, readonly [kind: string, loss: Loss]>> = {
  smoothed: ["weightedBinaryCrossEntropy", weightedBinaryCrossEntropy],
  focal: ["focal", focalLoss],
  focalLow: ["focal", focalLoss],
  asymmetric: ["asymmetric", asymmetricLoss],
  asymmetricBoth: ["asymmetric", asymmetricLoss],
  asymmetricPlain: ["asymmetric", asymmetricLoss],
};

const cases = fixture.input.map((input, i) => ({ ...input, expected: fixture.expected[i]! }));
const labelsOf = (rows: (number | null)[][]) => rows.map((row) => row.map((label) => label ?? Number.NaN));

describe.each(cases)(
  "$name with $options",
  ({ name, options, logits, labels, positiveWeights, expected }) => {
    const [kind, loss] = kinds[name]!;

    test("value and gradient equal PyTorch's", () => {
      tf.tidy(() => {
        const y = tf.tensor2d(labelsOf(labels));
        const f = (x: tf.Tensor) => loss(x as tf.Tensor2D, y, tf.tensor1d(positiveWeights), options);
        const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(logits));
        expect(value.dataSync()).toBeAllclose([expected.loss], { rtol: fixture.rtol });
        // Where a focus makes a gradient tiny, float32 leaves it the digits of the probability it is made of.
        expect(grad.dataSync()).toBeAllclose(expected.gradient.flat(), { rtol: 1e-4, atol: 1e-9 });
      });
    });

    test("the float64 form that evaluation uses gives the same value", () => {
      const { ofNumbers } = lossOf({ kind, ...options } as FitLoss);
      const each = labelsOf(labels).flatMap((row, i) =>
        row.flatMap((label, j) =>
          Number.isNaN(label) ? [] : [ofNumbers(logits[i]![j]!, label, positiveWeights[j]!)],
        ),
      );
      expect(each.reduce((sum, value) => sum + value) / each.length).toBeCloseTo(expected.loss, 12);
    });

    test("without a label that counts, value and gradient are 0", () => {
      tf.tidy(() => {
        const y = tf.fill([10, 3], Number.NaN) as tf.Tensor2D;
        const f = (x: tf.Tensor) => loss(x as tf.Tensor2D, y, tf.tensor1d(positiveWeights), options);
        const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(logits));
        expect(value.dataSync()[0]).toBe(0);
        expect([...grad.dataSync()].every((g) => g === 0)).toBe(true);
      });
    });
  },
);

test("logits of any size give finite values and gradients", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[-200, -90, -30, 0, 30, 90, 200]]);
    for (const [, loss] of Object.values(kinds)) {
      for (const options of [
        {},
        { gamma: 0 },
        { gammaNegative: 0.5 },
        { gammaNegative: 0, margin: 0.3 },
        { margin: 0 },
      ]) {
        for (const label of [0, 1]) {
          const f = (logits: tf.Tensor) =>
            loss(logits as tf.Tensor2D, tf.fill([1, 7], label), tf.ones([7]), options);
          const { value, grad } = tf.valueAndGrad(f)(x);
          expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
        }
      }
    }
  });
});

test("a focus of 0 gives the cross-entropy", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[1.5, -2]]);
    const y = tf.tensor2d([[0, 1]]);
    const w = tf.tensor1d([2, 3]);
    const plain = weightedBinaryCrossEntropy(x, y, w).dataSync();
    expect(focalLoss(x, y, w, { gamma: 0 }).dataSync()).toBeAllclose(plain);
    const none = { gammaPositive: 0, gammaNegative: 0, margin: 0 };
    expect(asymmetricLoss(x, y, w, none).dataSync()).toBeAllclose(plain);
  });
});

test("options out of range are refused", () => {
  tf.tidy(() => {
    const x = tf.zeros([1, 2]) as tf.Tensor2D;
    const w = tf.ones([2]) as tf.Tensor1D;
    expect(() => focalLoss(x, x, w, { gamma: -1 })).toThrow(/^focalLoss: gamma must be .* got -1$/);
    expect(() => asymmetricLoss(x, x, w, { margin: 1 })).toThrow(/^asymmetricLoss: margin must be .* got 1$/);
    expect(() => weightedBinaryCrossEntropy(x, x, w, { labelSmoothing: 1 })).toThrow(
      /^weightedBinaryCrossEntropy: labelSmoothing must be .* got 1$/,
    );
    expect(() => focalLoss(x, tf.zeros([1, 3]), w)).toThrow("focalLoss: labels must have shape [1,2]");
  });
});
