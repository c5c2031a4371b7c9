import { readFileSync } from "node:fs";
import { rocAuc } from "@cxrkit/metrics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { delongInterval } from "./delongInterval.js";
import { delongTest } from "./delongTest.js";
import { delongTestUnpaired } from "./delongTestUnpaired.js";
import { seededRandom } from "./seededRandom.js";

interface Case {
  readonly name: string;
  readonly labels: number[];
  readonly a: number[];
  readonly b: number[];
  readonly aucA: number;
  readonly aucB: number;
  readonly variance: number;
  readonly lower95: number;
  readonly upper95: number;
  readonly lower80: number;
  readonly upper80: number;
  readonly z: number;
  readonly twoSided: number;
  readonly greater: number;
  readonly less: number;
  readonly unpaired: Readonly<Record<"statistic" | "degreesOfFreedom" | "twoSided" | "greater", number>>;
}
const { cases, rtol } = JSON.parse(
  readFileSync(new URL("../fixtures/proc/delong.json", import.meta.url), "utf8"),
) as { cases: Case[]; rtol: number };

test.each(cases)("delongInterval and delongTest agree with pROC: $name", (given) => {
  const { labels, a, b } = given;
  const wide = delongInterval(labels, a);
  const narrow = delongInterval(labels, a, { coverage: 0.8 });
  const paired = (alternative: "two-sided" | "greater" | "less") => delongTest(labels, a, b, { alternative });
  expect([
    ...[wide.auc, wide.variance, wide.lower, wide.upper, narrow.lower, narrow.upper],
    ...[
      paired("less").aucB,
      paired("less").z,
      paired("two-sided").pValue,
      paired("greater").pValue,
      paired("less").pValue,
    ],
  ]).toBeAllclose(
    [
      ...[given.aucA, given.variance, given.lower95, given.upper95, given.lower80, given.upper80],
      ...[given.aucB, given.z, given.twoSided, given.greater, given.less],
    ],
    { rtol },
  );
});

test.each(cases)("delongTestUnpaired agrees with pROC: $name", ({ labels, a, b, unpaired }) => {
  const half = (values: number[], rest: number) => values.filter((_, i) => (i + 1) % 2 === rest);
  const first = { labels: half(labels, 0), scores: half(a, 0) };
  const second = { labels: half(labels, 1), scores: half(b, 1) };
  const test = delongTestUnpaired(first, second);
  const greater = delongTestUnpaired(first, second, { alternative: "greater" });
  expect([test.t, test.degreesOfFreedom, test.pValue, greater.pValue]).toBeAllclose(
    [unpaired.statistic, unpaired.degreesOfFreedom, unpaired.twoSided, unpaired.greater],
    { rtol },
  );
});

const sample = fc
  .array(
    fc.record({
      label: fc.constantFrom(0, 1, Number.NaN),
      a: fc.integer({ min: -4, max: 4 }),
      b: fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    }),
    { maxLength: 40 },
  )
  .map((rows) => ({
    labels: rows.map(({ label }) => label),
    a: rows.map(({ a }) => a),
    b: rows.map(({ b }) => b),
  }));

test("the area is that of rocAuc, the interval holds it, and flipping labels and scores changes nothing", () => {
  fc.assert(
    fc.property(sample, ({ labels, a }) => {
      const { auc, variance, lower, upper } = delongInterval(labels, a);
      expect([auc]).toBeAllclose([rocAuc(labels, a)], { rtol: 1e-12 });
      if (Number.isNaN(variance)) return;
      expect(lower).toBeLessThanOrEqual(auc);
      expect(upper).toBeGreaterThanOrEqual(auc);
      expect(variance).toBeGreaterThanOrEqual(0);
      const flipped = delongInterval(
        labels.map((label) => 1 - label),
        a.map((score) => -score),
      );
      expect([flipped.auc, flipped.variance]).toBeAllclose([auc, variance], { rtol: 1e-9, atol: 1e-15 });
    }),
  );
});

test("A against B is B against A with the sign turned, whatever the order of the rows", () => {
  fc.assert(
    fc.property(sample, ({ labels, a, b }) => {
      const forward = delongTest(labels, a, b, { alternative: "greater" });
      const backward = delongTest(labels.toReversed(), b.toReversed(), a.toReversed(), {
        alternative: "less",
      });
      expect([backward.difference, backward.z, backward.pValue, backward.lower]).toBeAllclose(
        [-forward.difference, -forward.z, forward.pValue, -forward.upper],
        { rtol: 1e-9, atol: 1e-12 },
      );
    }),
  );
});

test("a strictly increasing map of the scores changes nothing, not even for near ties and huge values", () => {
  const labels = [0, 1, 0, 1, 1, 0, 1, 0];
  const ranks = [1, 2, 3, 4, 5, 6, 7, 7];
  const base = delongInterval(labels, ranks);
  for (const map of [
    (rank: number) => 0.1 + rank * Number.EPSILON,
    (rank: number) => rank * 1e-310,
    (rank: number) => (rank - 4) * 4e307,
    (rank: number) => rank - 1e9,
  ]) {
    expect(delongInterval(labels, ranks.map(map))).toEqual(base);
  }
});

test("identical models have z 0 and p 1; a perfect separation has variance 0 and an interval of one point", () => {
  const labels = [0, 0, 1, 1];
  const equal = delongTest(labels, [1, 3, 2, 4], [10, 30, 20, 40]);
  expect([equal.difference, equal.standardError, equal.z, equal.pValue, equal.lower, equal.upper]).toEqual([
    0, 0, 0, 1, 0, 0,
  ]);
  const perfect = delongInterval(labels, [1, 2, 3, 4]);
  expect([perfect.auc, perfect.variance, perfect.lower, perfect.upper]).toEqual([1, 0, 1, 1]);
  const opposite = delongTest(labels, [1, 2, 3, 4], [4, 3, 2, 1]);
  expect([opposite.difference, opposite.z, opposite.pValue]).toEqual([1, Number.POSITIVE_INFINITY, 0]);
  const apart = delongTestUnpaired({ labels, scores: [1, 2, 3, 4] }, { labels, scores: [4, 3, 2, 1] });
  expect([apart.t, apart.pValue, apart.lower]).toEqual([Number.POSITIVE_INFINITY, 0, 1]);
});

test("a million images take O(N log N): the area of the two normal samples is found and never leaves [0, 1]", () => {
  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const labels = Float64Array.from({ length: 1_000_000 }, (_, i) => (i % 10 === 0 ? 1 : 0));
  const scores = labels.map((label) => normal() + label * Math.SQRT2);
  const { auc, lower, upper, variance } = delongInterval(labels, scores);
  expect(lower).toBeLessThan(0.8413447);
  expect(upper).toBeGreaterThan(0.8413447);
  expect(upper - lower).toBeLessThan(0.005);
  expect(auc).toBeLessThan(1);
  expect(variance).toBeGreaterThan(0);
});

test("a class of one image has an area and no variance, an empty class has neither", () => {
  const one = delongInterval([1, 0, 0], [2, 1, 3]);
  expect([one.auc, one.variance, one.lower]).toEqual([0.5, Number.NaN, Number.NaN]);
  expect(delongInterval([], []).auc).toBeNaN();
  expect(delongTest([1, 1, Number.NaN], [1, 2, 3], [3, 2, 1])).toMatchObject({
    aucA: Number.NaN,
    pValue: Number.NaN,
    numMissing: 1,
  });
});

/** Scores of two equally good, correlated models on unequal classes. */
function nullSample(random: () => number, positives: number, negatives: number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const labels = Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0));
  const shared = labels.map((label) => normal() + label);
  const noisy = () => shared.map((score) => score + normal());
  return { labels, a: noisy(), b: noisy() };
}

test("under the null the paired test rejects at 0.05 in 0.035 to 0.065 of 2,000 trials with unequal classes", () => {
  const random = seededRandom(11);
  let rejected = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const { labels, a, b } = nullSample(random, 30, 120);
    if (delongTest(labels, a, b).pValue < 0.05) rejected++;
  }
  expect(rejected / 2000).toBeGreaterThan(0.035);
  expect(rejected / 2000).toBeLessThan(0.065);
});

test("under the null the unpaired test rejects at 0.05 in 0.035 to 0.065 of 2,000 trials with unequal samples", () => {
  const random = seededRandom(12);
  let rejected = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const [first, second] = [nullSample(random, 30, 60), nullSample(random, 40, 200)];
    const { pValue } = delongTestUnpaired(
      { labels: first.labels, scores: first.a },
      { labels: second.labels, scores: second.a },
    );
    if (pValue < 0.05) rejected++;
  }
  expect(rejected / 2000).toBeGreaterThan(0.035);
  expect(rejected / 2000).toBeLessThan(0.065);
});

test.each([
  [() => delongInterval([0, 1], [1]), "delongInterval: scores must be as many as labels, 2, got 1"],
  [() => delongInterval([0, 2], [1, 2]), "delongInterval: labels must be 1, 0 or NaN, got 2 at index 1"],
  [
    () => delongInterval([0, 1], [1, Number.NaN]),
    "delongInterval: scores must be finite, got NaN at index 1",
  ],
  [
    () => delongInterval([0, 1], [1, 2], { coverage: 0 }),
    "delongInterval: coverage must lie in (0, 1), got 0",
  ],
  [() => delongTest([0, 1], [1, 2], [1]), "delongTest: scoresB must be as many as labels, 2, got 1"],
  [
    () => delongTest([0, 1], [1, 2], [1, 2], { alternative: "more" as "less" }),
    "delongTest: alternative must be one of two-sided, less, greater, got more",
  ],
  [
    () => delongTestUnpaired({ labels: [0], scores: [] }, { labels: [], scores: [] }),
    "delongTestUnpaired: scores of sample A must be as many as its labels, 1, got 0",
  ],
])("bad input %# is refused by name", (call, message) => {
  expect(call).toThrow(message);
});
