import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { draw } from "../test/drawn.js";
import { kNearestNeighbours, linearProbe, linearProbeScores, type Matrix } from "./index.js";

interface Evaluation {
  readonly input: { train: number; test: number; width: number; findings: number };
  readonly expected: {
    readonly probes: readonly { l2: number; weight: number[]; bias: number[]; scores: number[] }[];
    readonly neighbours: readonly {
      k: number;
      temperature: number;
      scores: (number | null)[];
      allKnown: number[];
    }[];
  };
}

const { input, expected } = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/evaluation.json", import.meta.url), "utf8"),
) as Evaluation;

const matrix = (data: ArrayLike<number>, rows: number, columns: number): Matrix => ({ data, rows, columns });
const train = matrix(draw("train", input.train * input.width, 4), input.train, input.width);
const test_ = matrix(draw("test", input.test * input.width, 4), input.test, input.width);
const noise = draw("labels", input.train * input.findings, 4);
const unknown = draw("unknown", input.train * input.findings, 1);
const labelData = Float32Array.from(noise, (value, i) => {
  const row = Math.floor(i / input.findings);
  const feature = train.data[row * input.width + (i % input.findings)] as number;
  if (Math.abs(unknown[i] as number) < 0.1) return Number.NaN;
  return feature + value > 0.5 ? 1 : 0;
});
const labels = matrix(labelData, input.train, input.findings);

test.each(expected.probes)("linearProbe finds scikit-learn's minimum with l2 $l2", ({ l2, ...reference }) => {
  const probe = linearProbe(train, labels, { l2 });
  expect(probe.converged).toEqual([true, true, true]);
  expect(probe.weight).toBeAllclose(reference.weight, { rtol: 1e-6, atol: 1e-9 });
  expect(probe.bias).toBeAllclose(reference.bias, { rtol: 1e-6, atol: 1e-9 });
  expect(linearProbeScores(probe, test_)).toBeAllclose(reference.scores, { rtol: 1e-6 });
  expect([...probe.numKnown].every((known) => known > 40 && known < input.train)).toBe(true);
});

test("the gradient of the penalised loss vanishes where linearProbe ends, whatever the features' scale", () => {
  const scale = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(scale, fc.double({ min: -3, max: 2, noNaN: true }), (exponent, penalty) => {
      const l2 = 10 ** penalty;
      const factor = 10 ** exponent;
      const data = Float64Array.from(train.data, (value, i) => value * (i % input.width === 0 ? factor : 1));
      const { weight, bias, converged } = linearProbe(matrix(data, train.rows, train.columns), labels, {
        l2,
      });
      expect(converged).toEqual([true, true, true]);
      for (let finding = 0; finding < input.findings; finding++) {
        const gradient = new Float64Array(input.width);
        for (let row = 0; row < train.rows; row++) {
          const label = labelData[row * input.findings + finding] as number;
          if (Number.isNaN(label)) continue;
          let logit = bias[finding] as number;
          for (let i = 0; i < input.width; i++)
            logit += (data[row * input.width + i] as number) * (weight[finding * input.width + i] as number);
          const residual = 1 / (1 + Math.exp(-logit)) - label;
          for (let i = 0; i < input.width; i++)
            gradient[i] = (gradient[i] as number) + residual * (data[row * input.width + i] as number);
        }
        for (let i = 0; i < input.width; i++) {
          const slope = (gradient[i] as number) + l2 * (weight[finding * input.width + i] as number);
          expect(Math.abs(slope)).toBeLessThan(1e-8 * train.rows);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("linearProbe separates what can be separated without running away, and leaves out a finding of one kind", () => {
  const separable = matrix([-2, -1, 1, 2], 4, 1);
  const { weight, bias, converged, numKnown } = linearProbe(
    separable,
    matrix([0, 1, Number.NaN, 0, 1, Number.NaN, 1, 1, Number.NaN, 1, 1, Number.NaN], 4, 3),
    { l2: 1e-3 },
  );
  expect(converged).toEqual([true, false, false]);
  expect(weight[0]).toBeGreaterThan(1);
  expect(bias[0]).toBeCloseTo(0, 9);
  expect([weight[1], bias[1], weight[2], bias[2]]).toEqual(Array(4).fill(Number.NaN));
  expect([...numKnown]).toEqual([4, 4, 0]);
});

test.each(expected.neighbours)(
  "kNearestNeighbours votes as scikit-learn does with k $k and temperature $temperature",
  ({ k, temperature, scores, allKnown }) => {
    const known = kNearestNeighbours(train, labels, test_, { k, temperature });
    const wanted = scores.map((score) => score ?? Number.NaN);
    expect([...known].map(Number.isNaN)).toEqual(wanted.map(Number.isNaN));
    expect(known.map((score) => (Number.isNaN(score) ? 0 : score))).toBeAllclose(
      wanted.map((score) => (Number.isNaN(score) ? 0 : score)),
      { rtol: 1e-9, atol: 1e-15 },
    );
    const whole = labelData.map((label) => (Number.isNaN(label) ? 0 : label));
    const filled = kNearestNeighbours(train, matrix(whole, labels.rows, labels.columns), test_, {
      k,
      temperature,
    });
    expect(filled).toBeAllclose(allKnown, { rtol: 1e-9, atol: 1e-15 });
  },
);

test("at equal similarity the earlier image counts, and the lengths of vectors do not matter", () => {
  const same = matrix([1, 0, 2, 0, 3, 0, 0, 1], 4, 2);
  const scores = kNearestNeighbours(same, matrix([1, 0, 0, 0], 4, 1), matrix([5e-200, 0], 1, 2), { k: 1 });
  expect([...scores]).toEqual([1]);
});

test.each<[string, () => unknown, string]>([
  [
    "more neighbours than images",
    () => kNearestNeighbours(train, labels, test_, { k: 61 }),
    "kNearestNeighbours: k must be at most the number of training images 60, got 61",
  ],
  [
    "a temperature of 0",
    () => kNearestNeighbours(train, labels, test_, { temperature: 0 }),
    "kNearestNeighbours: temperature must be above 0 and finite, got 0",
  ],
  [
    "a vector of zeros",
    () => kNearestNeighbours(train, labels, matrix(new Float32Array(12), 2, 6)),
    "kNearestNeighbours: testFeatures must not be 0 throughout a row, got row 0",
  ],
  [
    "features of another width",
    () => kNearestNeighbours(train, labels, matrix([1, 2], 1, 2)),
    "kNearestNeighbours: testFeatures must have 6 columns, got 2",
  ],
  [
    "a feature that is not finite",
    () => linearProbe(matrix([1, 2, Number.NaN, 4], 2, 2), matrix([0, 1], 2, 1)),
    "linearProbe: features must be finite, got NaN in row 1, column 0",
  ],
  [
    "an uncertain label",
    () => linearProbe(matrix([1, 2], 2, 1), matrix([-1, 1], 2, 1)),
    "linearProbe: labels must be 1, 0 or NaN, got -1 in row 0, column 0",
  ],
  [
    "labels of other images",
    () => linearProbe(train, matrix([0, 1], 2, 1)),
    "linearProbe: labels must have 60 rows, one for each of features, got 2",
  ],
  [
    "data of another size",
    () => linearProbe(matrix([1, 2, 3], 2, 2), matrix([0, 1], 2, 1)),
    "linearProbe: features.data must hold rows·columns = 4 numbers, got 3",
  ],
  [
    "no penalty",
    () => linearProbe(train, labels, { l2: 0 }),
    "linearProbe: l2 must be above 0 and finite, got 0",
  ],
  [
    "features of another width than the probe's",
    () => linearProbeScores(linearProbe(train, labels), matrix([1, 2], 1, 2)),
    "linearProbeScores: features must have 6 columns, as the probe, got 2",
  ],
])("the evaluations refuse %s", (_, call, message) => {
  expect(call).toThrow(message);
});
