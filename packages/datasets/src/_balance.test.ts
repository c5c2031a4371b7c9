import fc from "fast-check";
import { expect, test } from "vitest";
import { balancingWeights, drawByWeight } from "./_balance.js";
import { randomStream } from "./_random.js";

const countsOf = (drawn: Int32Array, length: number) => {
  const counts = new Array<number>(length).fill(0);
  for (const index of drawn) counts[index] = (counts[index] as number) + 1;
  return counts;
};

test("each index comes as often as its weight says, rounded down or up, and the draw depends on the seed alone", () => {
  const weights = fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(weights, fc.nat(), (list, seed) => {
      fc.pre(list.some((weight) => weight > 0));
      const drawn = drawByWeight(Float64Array.from(list), randomStream(seed));
      expect(drawn).toHaveLength(list.length);
      expect([...drawByWeight(Float64Array.from(list), randomStream(seed))]).toEqual([...drawn]);
      const total = list.reduce((sum, weight) => sum + weight, 0);
      countsOf(drawn, list.length).forEach((count, i) => {
        const mean = ((list[i] as number) / total) * list.length;
        expect(count).toBeGreaterThanOrEqual(Math.floor(mean - 1e-9));
        expect(count).toBeLessThanOrEqual(Math.ceil(mean + 1e-9));
        if (list[i] === 0) expect(count).toBe(0);
      });
    }),
  );
});

test("over many seeds each index comes as often as its weight says on average, and anywhere in the order", () => {
  const weights = Float64Array.of(0.3, 1, 2, 0.5, 1.2);
  const sums = new Array<number>(5).fill(0);
  const firsts = new Array<number>(5).fill(0);
  const rounds = 4000;
  for (let seed = 0; seed < rounds; seed++) {
    const drawn = drawByWeight(weights, randomStream(seed));
    countsOf(drawn, 5).forEach((count, i) => {
      sums[i] = (sums[i] as number) + count;
    });
    firsts[drawn[0] as number] = (firsts[drawn[0] as number] as number) + 5;
  }
  expect(sums.map((sum) => sum / rounds)).toBeAllclose([0.3, 1, 2, 0.5, 1.2], { rtol: 0, atol: 0.03 });
  expect(firsts.map((sum) => sum / rounds)).toBeAllclose([0.3, 1, 2, 0.5, 1.2], { rtol: 0, atol: 0.2 });
});

test("balancing weights give both labels half of the draws and leave out unknown ones", () => {
  const labels = fc.array(fc.constantFrom(0, 1, Number.NaN), { minLength: 2, maxLength: 80 });
  fc.assert(
    fc.property(labels, fc.nat(), (list, seed) => {
      fc.pre(list.includes(0) && list.includes(1));
      const { weights, groups } = balancingWeights(list);
      const drawn = [...drawByWeight(weights, randomStream(seed), groups)].map((i) => list[i]);
      expect(Math.abs(drawn.filter((label) => label === 1).length - list.length / 2)).toBeLessThan(1 + 1e-9);
      expect(drawn.some((label) => Number.isNaN(label))).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("with one label only, the rows of that label come equally often", () => {
  expect([...balancingWeights([1, Number.NaN, 1]).weights]).toEqual([0.5, 0, 0.5]);
});
