import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resampledWeights, rocBand } from "./_rocBand.js";
import { rocFigure } from "./index.js";

interface Fixture {
  readonly rtol: number;
  readonly cases: readonly {
    readonly name: string;
    readonly input: {
      readonly labels: number[];
      readonly scores: number[];
      readonly weights: number[][];
      readonly coverage: number;
    };
    readonly expected: { readonly lower: number[]; readonly upper: number[] };
  }[];
}

const path = new URL("../fixtures/sklearn/rocBand.json", import.meta.url);
const { rtol, cases } = JSON.parse(readFileSync(path, "utf8")) as Fixture;

test.each(cases)(
  "rocBand is the quantiles of scikit-learn's curves read by NumPy: $name",
  ({ input, expected }) => {
    const band = rocBand(input.labels, input.scores, input.weights, input.coverage);
    expect(band.map(({ fpr }) => fpr)).toBeAllclose(Array.from({ length: 101 }, (_, i) => i / 100));
    expect(band.map(({ lower }) => lower)).toBeAllclose(expected.lower, { rtol, atol: 1e-15 });
    expect(band.map(({ upper }) => upper)).toBeAllclose(expected.upper, { rtol, atol: 1e-15 });
  },
);

test("rocBand leaves out images without a label, as if they were not there", () => {
  const { labels, scores, weights, coverage } = cases[0]!.input;
  const more = weights.map((one) => [...one, 3]);
  expect(rocBand([...labels, Number.NaN], [...scores, 0.1], more, coverage)).toEqual(
    rocBand(labels, scores, weights, coverage),
  );
});

test("rocBand of one class is empty", () => {
  expect(rocBand([1, 1], [0.1, 0.2], [[1, 1]], 0.95)).toEqual([]);
});

test("resampledWeights draws whole patients, as many as there are, the same for the same seed", () => {
  const patients = ["a", "b", "a", "c", "b", "a"];
  const draw = () =>
    Array.from(resampledWeights(6, { seed: 3, replicates: 30, patients }), (one) => [...one]);
  const drawn = draw();
  expect(drawn).toHaveLength(30);
  for (const [a, b, a2, c, b2, a3] of drawn) {
    expect([a2, a3, b2]).toEqual([a, a, b]);
    expect(a! + b! + c!).toBe(3);
  }
  expect(draw()).toEqual(drawn);
  expect(new Set(drawn.map(String)).size).toBeGreaterThan(5);
});

const labels = [0, 0, 1, 1, 0, 1];
const curves = [{ name: "a", labels, scores: [0.1, 0.4, 0.35, 0.8, 0.6, 0.7] }];

test("rocFigure draws a band and says how it was made", async () => {
  const plain = await rocFigure({ curves }, { title: "t" });
  const banded = await rocFigure({ curves }, { title: "t", band: { seed: 1, replicates: 20 } });
  expect(plain.description).not.toContain("Bands");
  expect(banded.description).toMatch(
    /Bands: 95\u202f% pointwise, vertical averaging of 20 resamples of images, seed 1\.$/,
  );
  const areas = (svg: string) => svg.match(/mark-area/g) ?? [];
  expect([areas(plain.svg).length, areas(banded.svg).length]).toEqual([0, 1]);
});

test.each<[string, object, string]>([
  [
    "no seed of a generator",
    { seed: -1 },
    "rocFigure: seed of the band must lie in [0, 9007199254740991], got -1",
  ],
  ["too few resamples", { seed: 1, replicates: 5 }, "replicates of the band must lie in [20, 10000], got 5"],
  ["a coverage of 1", { seed: 1, coverage: 1 }, "coverage of the band must lie in"],
  [
    "patients of other images",
    { seed: 1, patients: ["a"] },
    "patients must be one for each of 6 images, got 1",
  ],
])("rocFigure refuses a band with %s", async (_, band, message) => {
  await expect(rocFigure({ curves }, { title: "t", band: band as { seed: number } })).rejects.toThrow(
    message,
  );
});
