import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seededRandom } from "./index.js";

const { uniform } = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/compareModels.json", import.meta.url), "utf8"),
) as { uniform: { seed: number; first: Record<string, number[]> } };

test.each(Object.entries(uniform.first))(
  "seededRandom(seed, %s) gives the digits of the generator written out in Python",
  (stream, first) => {
    const random = seededRandom(uniform.seed, Number(stream));
    expect(first.map(() => random())).toEqual(first);
  },
);

test("streams of a seed know nothing of each other: their first draws are spread evenly, alone and in pairs", () => {
  const numCells = 16;
  const numStreams = 160_000;
  const alone = new Float64Array(numCells);
  const pairs = new Float64Array(numCells * numCells);
  let previous = 0;
  for (let stream = 0; stream <= numStreams; stream++) {
    const cell = Math.floor(seededRandom(3, stream)() * numCells);
    if (stream > 0) {
      alone[cell]!++;
      pairs[numCells * previous + cell]!++;
    }
    previous = cell;
  }
  for (const counts of [alone, pairs]) {
    const expected = numStreams / counts.length;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const freedom = counts.length - 1;
    expect(Math.abs(chiSquared - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom));
  }
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

test.each([-1, 0.5, 2 ** 32, Number.NaN])("seededRandom(0, %s) is refused", (stream) => {
  expect(() => seededRandom(0, stream)).toThrow(
    `seededRandom: stream must be an integer from 0 to 2^32 - 1, got ${stream}`,
  );
});
