import { readFileSync } from "node:fs";
import { rocAuc } from "@cxrkit/metrics";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bootstrapInterval,
  type ComparedMeasure,
  type CompareModelsInput,
  compareModels,
  type Matrix,
  type MeasureComparison,
  seededRandom,
  type ThresholdPolicy,
} from "./index.js";

type Row = Readonly<Record<string, number | null>>;
interface Expected {
  readonly models: Record<string, Row[]>;
  readonly pairs: { readonly a: string; readonly b: string; readonly rows: Row[] }[];
}
interface Case {
  readonly name: string;
  readonly seed: number;
  readonly replicates: number;
  readonly coverage: number;
  readonly input: {
    readonly labels: (number | null)[][];
    readonly models: Record<string, number[][]>;
    readonly patients: string[] | null;
    readonly strata: string[] | null;
  };
  readonly oneClass: "skip" | "redraw";
  readonly numRedrawn: number;
  readonly threshold: ThresholdPolicy | null;
  readonly expected: Expected & { readonly measures: Record<string, Expected> };
}
const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn/compareModels.json", import.meta.url), "utf8"),
) as { readonly rtol: number; readonly cases: Case[] };

function matrix(rows: readonly (readonly (number | null)[])[]): Matrix {
  const data = rows.flat().map((value) => value ?? Number.NaN);
  return { data, rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** The keys of the expected row that the record has, as numbers. */
function expectRow(record: object, { pValue, pValueError, ...expected }: Row, hasPValue: boolean): void {
  const row = hasPValue
    ? { ...expected, pValue: pValue ?? null, pValueError: pValueError ?? null }
    : expected;
  for (const [key, value] of Object.entries(row)) {
    if (key === "mean" && hasPValue) continue;
    const got = (record as Record<string, unknown>)[key];
    expect([got], key).toBeAllclose([value ?? Number.NaN], { rtol: fixture.rtol, atol: 1e-15 });
  }
}

function expectComparison({ models, pairs }: MeasureComparison, expected: Expected): void {
  for (const [name, rows] of Object.entries(expected.models)) {
    const { perFinding, macro } = models[name] ?? { perFinding: [], macro: {} };
    for (const [k, row] of rows.entries()) expectRow(perFinding[k] ?? macro, row, false);
  }
  expect(pairs.map(({ a, b }) => [a, b])).toEqual(expected.pairs.map(({ a, b }) => [a, b]));
  for (const [i, { rows }] of expected.pairs.entries()) {
    for (const [k, row] of rows.entries()) {
      expectRow(pairs[i]?.perFinding[k] ?? pairs[i]?.macro ?? {}, row, true);
    }
  }
}

test.each(fixture.cases)("compareModels agrees with scikit-learn on repeated rows: $name", (given) => {
  const { input, seed, replicates, coverage, oneClass, threshold, expected } = given;
  const labels = matrix(input.labels);
  const measures = Object.keys(expected.measures) as ComparedMeasure[];
  const comparison = compareModels(
    {
      labels,
      models: Object.fromEntries(Object.entries(input.models).map(([m, rows]) => [m, matrix(rows)])),
      findings: Array.from({ length: labels.columns }, (_, k) => `finding_${k}`),
      ...(input.patients ? { patients: input.patients } : {}),
      ...(input.strata ? { strata: input.strata } : {}),
    },
    { seed, replicates, coverage, oneClass, measures, ...(threshold ? { threshold } : {}) },
  );
  expect(comparison.method.numRedrawn).toBe(given.numRedrawn);
  expect(comparison.method.numStrata).toBe(new Set(input.strata ?? [""]).size);
  expectComparison(comparison, expected);
  expect(Object.keys(comparison.measures ?? {})).toEqual(measures);
  for (const measure of measures)
    expectComparison(comparison.measures![measure]!, expected.measures[measure]!);
});

test("a basic interval is the percentile interval mirrored at the estimate", () => {
  const input = equalModels(seededRandom(6), 40, 3);
  const percentile = compareModels(input, { seed: 1, replicates: 60 });
  const basic = compareModels(input, { seed: 1, replicates: 60, interval: "basic" });
  const [p, b] = [percentile.models.a!.macro, basic.models.a!.macro];
  expect([b.lower, b.upper]).toBeAllclose([2 * p.estimate - p.upper, 2 * p.estimate - p.lower], {
    rtol: 1e-12,
  });
  const [dp, db] = [percentile.pairs[0]!.macro, basic.pairs[0]!.macro];
  expect([db.lower, db.upper]).toBeAllclose([2 * dp.difference - dp.upper, 2 * dp.difference - dp.lower], {
    rtol: 1e-12,
  });
  expect(basic.method.interval).toBe("basic");
});

test("bca intervals of images and of patients are those of bootstrapInterval on the same resamples", () => {
  const input = equalModels(seededRandom(21), 25, 3);
  const { patients: _, ...images } = input;
  const rowsOf = (clusters: ArrayLike<number>) => {
    const rows = new Map<number, number[]>();
    for (let row = 0; row < clusters.length; row++) {
      rows.set(clusters[row]!, [...(rows.get(clusters[row]!) ?? []), row]);
    }
    return [...rows.values()];
  };
  const each = Array.from({ length: input.labels.rows }, (_, row) => row);
  for (const [given, clusters] of [
    [images, rowsOf(each)],
    [input, rowsOf(input.patients as ArrayLike<number>)],
  ] as const) {
    const { models, pairs } = compareModels(given, { seed: 9, replicates: 200, interval: "bca" });
    const areaOf = (model: string) => (cases: Int32Array) => {
      const rows = Array.from(cases).flatMap((i) => clusters[i]!);
      const take = ({ data }: Matrix) => rows.map((row) => data[row] as number);
      return rocAuc(take(input.labels), take(input.models[model]!));
    };
    const interval = (statistic: (cases: Int32Array) => number) =>
      bootstrapInterval(clusters.length, statistic, {
        random: inBlocks(9, 4 * clusters.length),
        resamples: 200,
        method: "bca",
      });
    const a = interval(areaOf("a"));
    const difference = interval((cases) => areaOf("a")(cases) - areaOf("b")(cases));
    expect([models.a!.macro.lower, models.a!.macro.upper]).toBeAllclose([a.lower, a.upper], { rtol: 1e-10 });
    expect([pairs[0]!.macro.lower, pairs[0]!.macro.upper]).toBeAllclose(
      [difference.lower, difference.upper],
      {
        rtol: 1e-10,
      },
    );
  }
});

/** The streams of a seed one after the other, so many numbers of each. */
function inBlocks(seed: number, length: number): () => number {
  let drawn = 0;
  let random = seededRandom(seed);
  return () => {
    if (drawn % length === 0) random = seededRandom(seed, drawn / length);
    drawn++;
    return random();
  };
}

/** Two models that know equally much about one finding; patients have from 1 to `largest` images. */
function equalModels(random: () => number, numPatients: number, largest: number): CompareModelsInput {
  const patients: number[] = [];
  const labels: number[] = [];
  const a: number[] = [];
  const b: number[] = [];
  for (let patient = 0; patient < numPatients; patient++) {
    const isPositive = random() < 0.3 ? 1 : 0;
    const [shiftA, shiftB] = [random(), random()];
    const images = 1 + Math.floor(random() * largest);
    for (let i = 0; i < images; i++) {
      patients.push(patient);
      labels.push(isPositive);
      a.push(0.5 * isPositive + shiftA + random());
      b.push(0.5 * isPositive + shiftB + random());
    }
  }
  const column = (data: number[]): Matrix => ({ data, rows: data.length, columns: 1 });
  return { labels: column(labels), models: { a: column(a), b: column(b) }, findings: ["x"], patients };
}

test("under the null the p value of patients with unequal numbers of images keeps its size, that of images does not", () => {
  const random = seededRandom(7);
  const trials = 400;
  let rejectedByPatient = 0;
  let rejectedByImage = 0;
  for (let trial = 0; trial < trials; trial++) {
    const input = equalModels(random, 250, 8);
    const { patients: _, ...independent } = input;
    const settings = { seed: trial, replicates: 200 };
    if (compareModels(input, settings).pairs[0]!.macro.pValue <= 0.05) rejectedByPatient++;
    if (compareModels(independent, settings).pairs[0]!.macro.pValue <= 0.05) rejectedByImage++;
  }
  expect(rejectedByPatient / trials).toBeGreaterThan(0.02);
  expect(rejectedByPatient / trials).toBeLessThan(0.085);
  expect(rejectedByImage / trials).toBeGreaterThan(0.1);
});

test("the intervals cover the true area about as often as they promise", () => {
  const random = seededRandom(8);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const trials = 400;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const data = Array.from({ length: 150 }, (_, i) => (i < 50 ? 1 : 0));
    const scores = data.map((label) => normal() + label * Math.SQRT2);
    const [labels, model] = [data, scores].map((values) => ({ data: values, rows: 150, columns: 1 }));
    const { lower, upper } = compareModels(
      { labels: labels!, models: { model: model! }, findings: ["x"] },
      { seed: trial, replicates: 300 },
    ).models.model!.macro;
    // Normal scores one unit of √2 apart: the area is Φ(1).
    if (lower <= 0.8413447 && 0.8413447 <= upper) covered++;
  }
  expect(covered / trials).toBeGreaterThan(0.9);
  expect(covered / trials).toBeLessThan(0.98);
});

const columns = fc.integer({ min: 1, max: 3 });
const inputs = columns.chain((k) =>
  fc
    .array(
      fc.record({
        labels: fc.array(fc.constantFrom(0, 1, Number.NaN), { minLength: k, maxLength: k }),
        a: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: k, maxLength: k }),
        b: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: k, maxLength: k }),
        patient: fc.integer({ min: 0, max: 6 }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((rows) => ({
      labels: matrix(rows.map((row) => row.labels)),
      models: { a: matrix(rows.map((row) => row.a)), b: matrix(rows.map((row) => row.b)) },
      findings: Array.from({ length: k }, (_, i) => `f${i}`),
      patients: rows.map((row) => row.patient),
    })),
);

test("compareModels estimates what rocAuc computes, and swapping two models changes signs only", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const settings = { seed: 3, replicates: 9 };
      const forward = compareModels(input, settings);
      const { a, b } = input.models;
      const backward = compareModels({ ...input, models: { b, a } }, settings);
      expect(forward.models).toEqual(backward.models);
      forward.models.a?.perFinding.forEach(({ estimate }, k) => {
        const column = ({ data, columns: width }: Matrix) =>
          Array.from(data).filter((_, i) => i % width === k);
        expect([estimate]).toBeAllclose([rocAuc(column(input.labels), column(a))], { rtol: 1e-12 });
      });
      const [one] = forward.pairs;
      const [other] = backward.pairs;
      one?.perFinding.forEach((row, k) => {
        const mirrored = other?.perFinding[k];
        expect(row.pValue).toBe(mirrored?.pValue);
        expect([row.lower, row.difference]).toBeAllclose([-mirrored!.upper, -mirrored!.difference], {
          atol: 1e-12,
        });
      });
    }),
    { numRuns: 60 },
  );
});

test("fewer replicates of one seed are the first of more, whatever their number", () => {
  const input = equalModels(seededRandom(1), 30, 3);
  const told: number[] = [];
  const ten = compareModels(input, { seed: 5, replicates: 10, onReplicate: (done) => told.push(done) });
  expect(ten).toEqual(compareModels(input, { seed: 5, replicates: 10 }));
  expect(ten.models).not.toEqual(compareModels(input, { seed: 6, replicates: 10 }).models);
  expect(told).toEqual([4, 8, 10]);
  const all: [number, number][] = [];
  const onReplicate = (done: number, total: number) => void all.push([done, total]);
  const { method } = compareModels(input, { seed: 5, replicates: 10, interval: "bca", onReplicate });
  expect(all.at(-1)).toEqual([10 + method.numResampled, 10 + method.numResampled]);
});

test("the replicates can be had, a column a finding and one for the macro mean", () => {
  const input = equalModels(seededRandom(2), 30, 2);
  const { replicates, models } = compareModels(input, { seed: 5, replicates: 12, keepReplicates: true });
  expect(Object.keys(replicates ?? {})).toEqual(["a", "b"]);
  const { data, rows, columns } = replicates!.a!;
  expect([rows, columns]).toEqual([12, 2]);
  const first = Array.from(data).filter((_, i) => i % columns === 0);
  const sum = first.reduce((total, area) => total + area, 0);
  expect([models.a!.perFinding[0]!.mean]).toBeAllclose([sum / 12], { rtol: 1e-12 });
  expect(compareModels(input, { seed: 5, replicates: 12 })).not.toHaveProperty("replicates");
});

const rare = {
  labels: matrix([[1], [0], [0], [0], [0]]),
  models: { a: matrix([[1], [2], [3], [4], [5]]) },
  findings: ["hernia"],
};

test("a resample with one class is counted, redrawn or an error, as asked", () => {
  const settings = { seed: 1, replicates: 40 };
  const skipped = compareModels(rare, settings);
  expect(skipped.models.a!.macro.numReplicates).toBeLessThan(40);
  const redrawn = compareModels(rare, { ...settings, oneClass: "redraw" });
  expect(redrawn.models.a!.macro.numReplicates).toBe(40);
  expect(redrawn.method.numRedrawn).toBeGreaterThan(0);
  expect(() => compareModels(rare, { ...settings, oneClass: "throw" })).toThrow(
    "every resample must have both classes of every finding, got one class of hernia",
  );
  const strata = [1, 0, 0, 0, 0];
  expect(compareModels({ ...rare, strata }, { ...settings, oneClass: "throw" }).method.numStrata).toBe(2);
});

test("what can hardly ever be drawn with both classes is given up, not drawn for ever", () => {
  // Each of ten images is the only one with its finding: a resample must have all ten, 10!/10¹⁰ = 0.00036.
  const size = 10;
  const identity = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const square = (data: number[]) => ({ data, rows: size, columns: size });
  const findings = Array.from({ length: size }, (_, k) => `f${k}`);
  const input = { labels: square(identity), models: { a: square(identity) }, findings };
  expect(() => compareModels(input, { seed: 1, replicates: 20, oneClass: "redraw" })).toThrow(
    /resamples must have both classes of every finding at least once in 1000, got 20001 without, the last for f\d/,
  );
});

test("p values of findings and of macro means are adjusted as families of their own", () => {
  const labels = matrix(Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, i % 4 === 0 ? 1 : 0]));
  const random = seededRandom(4);
  const model = (strength: number) => ({
    ...labels,
    data: Array.from(labels.data, (label) => strength * label + random()),
  });
  const { pairs } = compareModels(
    { labels, models: { a: model(0), b: model(1), c: model(0.1) }, findings: ["x", "y"] },
    { seed: 1, replicates: 100, adjustment: "bonferroni" },
  );
  for (const { perFinding, macro } of pairs) {
    for (const { pValue, adjustedPValue } of perFinding) expect(adjustedPValue).toBe(Math.min(1, pValue * 6));
    expect(macro.adjustedPValue).toBe(Math.min(1, macro.pValue * 3));
  }
});
