import fc from "fast-check";
import { expect, test } from "vitest";
import { probabilities, unzip } from "../test/arbitraries.js";
import { named } from "../test/named.js";
import { readFixture } from "../test/readFixture.js";
import { brierScore, calibrationCurve, expectedCalibrationError, logLoss } from "./index.js";

const norms = ["l1", "l2", "max"] as const;

const { cases, rtol } = readFixture<{
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[] };
  readonly expected: {
    readonly brierScore: number;
    readonly logLoss: number;
    readonly curves: {
      readonly bins: number;
      readonly strategy: "uniform" | "quantile";
      readonly observed: number[];
      readonly predicted: number[];
      readonly errors: Readonly<Record<(typeof norms)[number], number>>;
    }[];
  };
}>("sklearn/calibration.json");

// A loss or a difference of nothing is a rounding there and not always 0.
const atol = 1e-15;

test.each(cases)("losses and calibration are scikit-learn's: $name", ({ input, expected }) => {
  const { labels, scores } = input;
  expect([brierScore(labels, scores)]).toBeAllclose([expected.brierScore], { rtol, atol });
  expect([logLoss(labels, scores)]).toBeAllclose([expected.logLoss], { rtol, atol });
  for (const { bins, strategy, observed, predicted, errors } of expected.curves) {
    const curve = calibrationCurve(labels, scores, { bins, strategy });
    expect(curve.observed).toBeAllclose(observed, { rtol });
    expect(curve.predicted).toBeAllclose(predicted, { rtol });
    for (const norm of norms) {
      const error = expectedCalibrationError(labels, scores, { bins, strategy, norm });
      expect([error], `${bins} ${strategy} bins, ${norm}`).toBeAllclose([errors[norm]], { rtol, atol });
    }
  }
});

/** What the order of a hundred additions can change. */
const sumAtol = 1e-13;

const options = fc.record({
  bins: fc.integer({ min: 1, max: 30 }),
  strategy: fc.constantFrom<"uniform" | "quantile">("uniform", "quantile"),
});

test("every pair with a label is in one bin, and the bins ascend", () => {
  fc.assert(
    fc.property(probabilities, options, (rows, given) => {
      const { counts, predicted, observed, numMissing } = calibrationCurve(...unzip(rows), given);
      expect(counts.reduce((sum, count) => sum + count, 0) + numMissing).toBe(rows.length);
      for (const [i, score] of predicted.entries())
        expect(score).toBeGreaterThan((predicted[i - 1] ?? -1) - sumAtol);
      expect(observed.every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(counts.length).toBeLessThanOrEqual(given.bins);
    }),
  );
});

test("pairs with a missing label change nothing but their count", () => {
  fc.assert(
    fc.property(probabilities, options, (rows, given) => {
      const known = rows.filter(([label]) => !Number.isNaN(label));
      const curve = calibrationCurve(...unzip(known), given);
      const numMissing = rows.length - known.length;
      expect(calibrationCurve(...unzip(rows), given)).toEqual({ ...curve, numMissing });
      for (const loss of [brierScore, logLoss]) expect(loss(...unzip(rows))).toBe(loss(...unzip(known)));
    }),
  );
});

test("losses and errors do not depend on the order of rows, nor on every row occurring twice", () => {
  fc.assert(
    fc.property(probabilities, (rows) => {
      for (const metric of [brierScore, logLoss, expectedCalibrationError]) {
        const value = metric(...unzip(rows));
        expect([metric(...unzip(rows.toReversed()))]).toBeAllclose([value], { rtol, atol: sumAtol });
        expect([metric(...unzip([...rows, ...rows]))]).toBeAllclose([value], { rtol, atol: sumAtol });
      }
    }),
  );
});

test("the mean error is at most the root mean square, and that at most the greatest", () => {
  fc.assert(
    fc.property(
      probabilities.filter((rows) => rows.some(([label]) => !Number.isNaN(label))),
      options,
      (rows, given) => {
        const [l1, l2, max] = norms.map((norm) =>
          expectedCalibrationError(...unzip(rows), { ...given, norm }),
        ) as [number, number, number];
        expect(l1).toBeLessThanOrEqual(l2 + sumAtol);
        expect(l2).toBeLessThanOrEqual(max + sumAtol);
        expect(max).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("turning labels and probabilities over leaves both losses as they are", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 64 }))), (rows) => {
      const turned = rows.map(([label, score]) => [1 - label, 1 - score / 64] as const);
      const given = rows.map(([label, score]) => [label, score / 64] as const);
      expect([brierScore(...unzip(turned)), logLoss(...unzip(turned))]).toBeAllclose(
        [brierScore(...unzip(given)), logLoss(...unzip(given))],
        { rtol, atol },
      );
    }),
  );
});

test("certainty costs 36.04 where it is wrong and next to nothing where it is right", () => {
  expect(logLoss([1], [0])).toBeCloseTo(52 * Math.LN2, 12);
  expect(logLoss([0], [1])).toBeCloseTo(52 * Math.LN2, 12);
  expect(logLoss([1, 0], [1, 0])).toBeCloseTo(0, 15);
  expect(logLoss([0], [1e-10])).toBeCloseTo(1e-10, 20);
});

test("a bin holds its upper edge, and 0 lies in the first", () => {
  const { counts } = calibrationCurve([0, 0, 1, 1], [0, 0.5, 0.5000001, 1], { bins: 2 });
  expect([...counts]).toEqual([2, 2]);
});

test("ten bins and the mean difference are the defaults", () => {
  const labels = [0, 0, 1, 1, 0];
  const scores = [0.05, 0.15, 0.55, 0.95, 0.96];
  expect(calibrationCurve(labels, scores)).toEqual(
    calibrationCurve(labels, scores, { bins: 10, strategy: "uniform" }),
  );
  expect(expectedCalibrationError(labels, scores)).toBe(
    expectedCalibrationError(labels, scores, { bins: 10, norm: "l1" }),
  );
});

test.each([
  ["no rows", [], []],
  ["missing labels only", [Number.NaN, Number.NaN], [0.2, 0.3]],
])("without a known label there is nothing to average: %s", (_, labels: number[], scores: number[]) => {
  expect(brierScore(labels, scores)).toBeNaN();
  expect(logLoss(labels, scores)).toBeNaN();
  for (const strategy of ["uniform", "quantile"] as const) {
    const curve = calibrationCurve(labels, scores, { strategy });
    expect(curve.counts).toHaveLength(0);
    expect(curve.numMissing).toBe(labels.length);
    for (const norm of norms) expect(expectedCalibrationError(labels, scores, { strategy, norm })).toBeNaN();
  }
});

test.each(named(brierScore, logLoss, calibrationCurve, expectedCalibrationError))(
  "$name refuses what is no probability",
  ({ name, call: metric }) => {
    expect(() => metric([0, 1], [0.5, 1.5])).toThrow(
      `${name}: scores must lie in [0, 1], got 1.5 at index 1`,
    );
    expect(() => metric([Number.NaN], [-0.1])).toThrow(
      `${name}: scores must lie in [0, 1], got -0.1 at index 0`,
    );
    expect(() => metric([0], [Number.NaN])).toThrow(`${name}: scores must be finite, got NaN at index 0`);
    expect(() => metric([2], [0.5])).toThrow(`${name}: labels must be 1, 0 or NaN, got 2 at index 0`);
    expect(() => metric([0, 1], [0.5])).toThrow(`${name}: scores must be as many as labels, 2, got 1`);
  },
);

test.each(named(calibrationCurve, expectedCalibrationError))(
  "$name refuses bins that are none",
  ({ name, call: metric }) => {
    expect(() => metric([0], [0.5], { bins: 0 })).toThrow(`${name}: bins must be a whole number ≥ 1, got 0`);
    expect(() => metric([0], [0.5], { bins: 2.5 })).toThrow(
      `${name}: bins must be a whole number ≥ 1, got 2.5`,
    );
    expect(() => metric([0], [0.5], { strategy: "equal" as "uniform" })).toThrow(
      `${name}: strategy must be uniform or quantile, got equal`,
    );
  },
);

test("expectedCalibrationError refuses a norm it does not know", () => {
  expect(() => expectedCalibrationError([0], [0.5], { norm: "l3" as "l1" })).toThrow(
    "expectedCalibrationError: norm must be l1 or l2 or max, got l3",
  );
});
