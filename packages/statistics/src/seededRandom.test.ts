import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seededRandom } from "./index.js";

const { uniform } = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/compareModels.json", import.meta.url), "utf8"),
) as { uniform: { seed: number; first: number[] } };

test("seededRandom(seed) gives the digits of the generator written out in Python", () => {
  const random = seededRandom(uniform.seed);
  expect(uniform.first.map(() => random())).toEqual(uniform.first);
});

test("seededRandom is spread evenly: 16 cells of 160,000 draws stay within four standard deviations", () => {
  const random = seededRandom(0);
  const cells = new Float64Array(16);
  for (let i = 0; i < 160_000; i++) cells[Math.floor(random() * 16)]!++;
  for (const cell of cells) expect(Math.abs(cell - 10_000)).toBeLessThan(4 * Math.sqrt(10_000 * (15 / 16)));
});

test.each([-1, 0.5, 2 ** 53, Number.NaN])("seededRandom(%s) is refused", (seed) => {
  expect(() => seededRandom(seed)).toThrow(
    `seededRandom: seed must be an integer from 0 to 2^53 - 1, got ${seed}`,
  );
});
