import fc from "fast-check";
import { expect, test } from "vitest";
import { numberOf, readFixture, type Written } from "../test/readFixture.js";
import { type ClassificationMetrics, type ConfusionMatrix, classificationMetrics } from "./index.js";

type Counts = Omit<ConfusionMatrix, "numMissing">;

const { cases, rtol } = readFixture<{
  readonly name: string;
  readonly input: Counts;
  readonly expected: Readonly<Record<keyof ClassificationMetrics, Written>>;
}>("sklearn/decisions.json");

test.each(cases)(
  "metrics of decisions are scikit-learn's where they are defined, else NaN: $name",
  ({ input, expected }) => {
    const metrics = classificationMetrics(input);
    expect(Object.keys(metrics)).toEqual(Object.keys(expected));
    expect(Object.values(metrics)).toBeAllclose(Object.values(expected).map(numberOf), { rtol, atol: 1e-15 });
  },
);

const count = fc.integer({ min: 1, max: 1000 });
const counts: fc.Arbitrary<Counts> = fc.record({
  truePositives: count,
  falsePositives: count,
  trueNegatives: count,
  falseNegatives: count,
});

test("exchanging the classes exchanges the rates and keeps accuracy, correlation and agreement", () => {
  fc.assert(
    fc.property(counts, (given) => {
      const metrics = classificationMetrics(given);
      const exchanged = classificationMetrics({
        truePositives: given.trueNegatives,
        falsePositives: given.falseNegatives,
        trueNegatives: given.truePositives,
        falseNegatives: given.falsePositives,
      });
      expect(exchanged).toMatchObject({
        accuracy: metrics.accuracy,
        balancedAccuracy: metrics.balancedAccuracy,
        sensitivity: metrics.specificity,
        specificity: metrics.sensitivity,
        positivePredictiveValue: metrics.negativePredictiveValue,
        negativePredictiveValue: metrics.positivePredictiveValue,
      });
      expect(exchanged.matthewsCorrelation).toBeCloseTo(metrics.matthewsCorrelation, 14);
      expect(exchanged.cohenKappa).toBeCloseTo(metrics.cohenKappa, 14);
    }),
  );
});

test("turning every decision over changes the sign of the correlation", () => {
  fc.assert(
    fc.property(counts, (given) => {
      const turned = classificationMetrics({
        truePositives: given.falseNegatives,
        falsePositives: given.trueNegatives,
        trueNegatives: given.falsePositives,
        falseNegatives: given.truePositives,
      });
      expect(turned.matthewsCorrelation).toBeCloseTo(-classificationMetrics(given).matthewsCorrelation, 14);
    }),
  );
});

test("seven times as many of each changes nothing", () => {
  fc.assert(
    fc.property(counts, (given) => {
      const times7 = Object.fromEntries(
        Object.entries(given).map(([name, n]) => [name, 7 * n]),
      ) as typeof given;
      expect(Object.values(classificationMetrics(times7))).toBeAllclose(
        Object.values(classificationMetrics(given)),
        { rtol: 1e-12, atol: 1e-15 },
      );
    }),
  );
});

test("correlation and agreement stay in range for a million images", () => {
  const perfect = { truePositives: 999_999, falsePositives: 0, trueNegatives: 3, falseNegatives: 0 };
  const { matthewsCorrelation, cohenKappa, positiveLikelihoodRatio } = classificationMetrics(perfect);
  expect([matthewsCorrelation, cohenKappa]).toBeAllclose([1, 1], { rtol: 1e-15 });
  expect(positiveLikelihoodRatio).toBe(Number.POSITIVE_INFINITY);
});

test("no images at all make every metric NaN", () => {
  const none = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  expect(Object.values(classificationMetrics(none))).toEqual(Array(11).fill(Number.NaN));
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("a count of %d is refused by name", (value) => {
  const given = { truePositives: 1, falsePositives: 1, trueNegatives: value, falseNegatives: 1 };
  expect(() => classificationMetrics(given)).toThrow(
    `classificationMetrics: trueNegatives must be a whole number ≥ 0, got ${value}`,
  );
});
