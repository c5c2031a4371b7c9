import { openRuntime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/dino/losses.json" with { type: "json" };
import { dinoLoss } from "./dinoLoss.js";
import { ibotLoss } from "./ibotLoss.js";
import { koLeoLoss } from "./koLeoLoss.js";
import { sinkhornKnopp } from "./sinkhornKnopp.js";

beforeAll(async () => {
  await openRuntime("cpu");
});

const { input, expected } = fixture;
const teacher = () => tf.tensor3d(input.teacher);
const shares = () => tf.tensor3d(input.shares);
const mask = () => tf.tensor2d(input.mask);

const cases: Readonly<Record<"dino" | "ibot" | "koLeo", [() => tf.Tensor, (x: tf.Tensor) => tf.Scalar]>> = {
  dino: [() => tf.tensor3d(input.student), (x) => dinoLoss(x as tf.Tensor3D, teacher())],
  ibot: [() => tf.tensor3d(input.patches), (x) => ibotLoss(x as tf.Tensor3D, shares(), mask())],
  koLeo: [() => tf.tensor2d(input.features), (x) => koLeoLoss(x as tf.Tensor2D)],
};

describe.each(Object.keys(cases) as (keyof typeof cases)[])("the loss %s", (name) => {
  const [start, loss] = cases[name];

  test("has PyTorch's value and gradient", () => {
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad(loss)(start());
      expect(value.dataSync()).toBeAllclose([expected[name].loss], { rtol: 1e-5 });
      expect(grad.dataSync()).toBeAllclose((expected[name].gradient as unknown[]).flat(2) as number[], {
        rtol: fixture.rtol,
        atol: 1e-6,
      });
    });
  });

  test("has the gradient that differences give", () => {
    tf.tidy(() => {
      const x = start();
      const gradient = tf.grad(loss)(x).dataSync();
      const data = x.dataSync().slice();
      const at = (i: number, shift: number) => {
        const moved = data.slice();
        moved[i] = moved[i]! + shift;
        return loss(tf.tensor(moved, x.shape)).dataSync()[0]!;
      };
      for (let i = 0; i < data.length; i += 5) {
        // A step of 0.01 leaves float32 three digits of a difference of losses of about 10.
        const difference = (at(i, 0.01) - at(i, -0.01)) / 0.02;
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(5e-3 * (1 + Math.abs(difference)));
      }
    });
  });

  test("leaves no tensors behind", () => {
    const x = start();
    loss(x).dispose();
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => loss(x));
    kept.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("Sinkhorn–Knopp gives the assignments of the published code, also with rows left out", () => {
  tf.tidy(() => {
    const rows = tf.tensor2d(input.rows);
    const temperature = input.teacherTemperature;
    const all = sinkhornKnopp(rows, { temperature });
    expect(all.dataSync()).toBeAllclose(expected.sinkhorn.flat(), { rtol: 1e-4, atol: 1e-7 });
    const take = input.rows.map((_, i) => (input.left_out.includes(i) ? 0 : 1));
    const some = sinkhornKnopp(rows, { temperature: tf.scalar(temperature), mask: tf.tensor1d(take) });
    const found = (some.arraySync() as number[][]).filter((_, i) => take[i] === 1).flat();
    expect(found).toBeAllclose(expected.sinkhornOfSome.flat(), { rtol: 1e-4, atol: 1e-7 });
    for (const row of input.left_out) expect(some.arraySync()[row]!.every((share) => share === 0)).toBe(true);
  });
});

test("Sinkhorn–Knopp makes rows sum to 1 and, with many iterations, columns to the same", () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(values, (numbers) => {
      tf.tidy(() => {
        const found = sinkhornKnopp(tf.tensor2d(numbers, [4, 3]), { temperature: 0.5, iterations: 200 });
        expect(tf.sum(found, 1).dataSync()).toBeAllclose([1, 1, 1, 1], { rtol: 1e-5 });
        expect(tf.sum(found, 0).dataSync()).toBeAllclose([4 / 3, 4 / 3, 4 / 3], { rtol: 1e-3 });
      });
    }),
    { numRuns: 30 },
  );
});

test("equal vectors have a finite loss and gradient, and spreading them lowers it", () => {
  tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x) => koLeoLoss(x as tf.Tensor2D))(tf.ones([3, 4]));
    expect(value.dataSync()[0]).toBeGreaterThan(10);
    expect(grad.dataSync().every(Number.isFinite)).toBe(true);
    const apart = koLeoLoss(tf.tensor2d([1, 0, 0, 1, -1, 0], [3, 2])).dataSync()[0]!;
    expect(apart).toBeCloseTo(-Math.log(Math.SQRT2), 5);
  });
});

test("an image without a masked patch costs nothing", () => {
  tf.tidy(() => {
    const none = ibotLoss(tf.tensor3d(input.patches), shares(), tf.zeros([3, 4]));
    expect(none.dataSync()[0]).toBeCloseTo(0, 12);
  });
});

test("shapes and numbers that do not fit are refused", () => {
  const student = tf.zeros([3, 2, 4]) as tf.Tensor3D;
  const two = tf.zeros([2, 2, 4]) as tf.Tensor3D;
  expect(() => dinoLoss(student, tf.zeros([2, 2, 5]))).toThrow(
    "dinoLoss: teacherProbabilities must have shape [T, 2, 4] with T of at most 3, got [2, 2, 5]",
  );
  expect(() => dinoLoss(two, tf.zeros([3, 2, 4]))).toThrow("with T of at most 2, got [3, 2, 4]");
  expect(() => dinoLoss(tf.zeros([1, 2, 4]), tf.zeros([1, 2, 4]))).toThrow(
    "dinoLoss: studentLogits must hold a view besides the teacher's, got 1 views",
  );
  expect(() => dinoLoss(student, two, { studentTemperature: 0 })).toThrow(
    "dinoLoss: studentTemperature must be a finite number above 0, got 0",
  );
  expect(() => ibotLoss(student, two, tf.zeros([3, 2]))).toThrow(
    "ibotLoss: teacherProbabilities must have shape [3, 2, 4], got [2, 2, 4]",
  );
  expect(() => ibotLoss(student, student, tf.zeros([2, 3]))).toThrow(
    "ibotLoss: mask must have shape [3, 2], got [2, 3]",
  );
  expect(() => koLeoLoss(tf.ones([1, 3]))).toThrow(
    "koLeoLoss: features must hold at least two vectors, got 1",
  );
  const rows = tf.zeros([3, 2]) as tf.Tensor2D;
  expect(() => sinkhornKnopp(rows, { temperature: 0 })).toThrow(
    "sinkhornKnopp: temperature must be above 0, got 0",
  );
  expect(() => sinkhornKnopp(rows, { temperature: 1, iterations: 0 })).toThrow(
    "sinkhornKnopp: iterations must be an integer of at least 1, got 0",
  );
  expect(() => sinkhornKnopp(rows, { temperature: 1, mask: tf.ones([2]) })).toThrow(
    "sinkhornKnopp: mask must hold 3 numbers, one a row, got 2",
  );
});
