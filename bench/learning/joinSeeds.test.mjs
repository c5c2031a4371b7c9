// What joinSeeds says is held against compareModels, and against the truth where there is no difference.
import { expect, test } from "vitest";
import { compareModels, seededRandom } from "../../packages/statistics/dist/index.js";
import { adjustTogether, joinSeeds } from "./joinSeeds.mjs";

/** A standard normal number, by the polar method. */
function normal(random) {
  for (;;) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** Two starts of the same worth, whose trainings differ by chance: `spread` is that of what a training learns. */
function draw(random, { seeds, rows = 150, spread = 0.4 }) {
  const labels = { data: Float64Array.from({ length: rows }, (_, i) => i % 3 === 0), rows, columns: 1 };
  const shared = Float64Array.from({ length: rows }, () => normal(random));
  const models = {};
  const starts = { random: [], other: [] };
  for (const start of Object.keys(starts))
    for (let seed = 0; seed < seeds; seed++) {
      const learnt = 1 + spread * normal(random);
      const name = `${start} ${seed}`;
      const data = shared.map((value, i) => value + learnt * labels.data[i] + 0.5 * normal(random));
      models[name] = { data, rows, columns: 1 };
      starts[start].push(name);
    }
  return { input: { labels, models, findings: ["mass"] }, starts };
}

test("with one seed a start the interval and p value over patients are those of compareModels", () => {
  const { input, starts } = draw(seededRandom(1), { seeds: 1 });
  const comparison = compareModels(input, { seed: 2, replicates: 200, keepReplicates: true });
  const { random, other } = joinSeeds(comparison, starts, "random");
  const { macro } = comparison.models["random 0"];
  expect([random.estimate, random.lower, random.upper]).toEqual([macro.estimate, macro.lower, macro.upper]);
  const pair = comparison.pairs[0].macro;
  const { estimate, ofPatients, ofBoth } = other.difference;
  expect(ofBoth).toBeUndefined();
  for (const [ours, theirs] of [
    [estimate, -pair.difference],
    [ofPatients.lower, -pair.upper],
    [ofPatients.upper, -pair.lower],
    [ofPatients.pValue, pair.pValue],
  ])
    expect(ours).toBeCloseTo(theirs, 12);
});

test("where starts are of the same worth, p values over patients and seeds are seldom small, those over patients often", () => {
  const random = seededRandom(3);
  const rejected = { ofPatients: 0, ofBoth: 0 };
  const times = 400;
  for (let i = 0; i < times; i++) {
    const { input, starts } = draw(random, { seeds: 3 });
    const comparison = compareModels(input, { seed: i, replicates: 200, keepReplicates: true });
    const { difference } = joinSeeds(comparison, starts, "random").other;
    for (const kind of Object.keys(rejected)) if (difference[kind].pValue < 0.05) rejected[kind]++;
  }
  // The 99.9 % range of 400 draws of chance 0.05 ends at 35.
  expect(rejected.ofBoth).toBeLessThanOrEqual(35);
  expect(rejected.ofPatients).toBeGreaterThan(100);
});

test("p values of all sets are adjusted together, each kind by itself", () => {
  const difference = (a, b) => ({ difference: { ofPatients: { pValue: a }, ofBoth: { pValue: b } } });
  const sets = {
    one: { random: {}, dino: difference(0.01, 0.2) },
    two: { random: {}, dino: difference(0.04, 0.01) },
  };
  const { one, two } = adjustTogether(sets);
  const adjusted = (kind) => [one, two].map(({ dino }) => dino.difference[kind].adjustedPValue);
  expect(adjusted("ofPatients")).toEqual([0.02, 0.04]);
  expect(adjusted("ofBoth")).toEqual([0.2, 0.02]);
  expect(sets.one.dino.difference.ofBoth.adjustedPValue).toBeUndefined();
});
