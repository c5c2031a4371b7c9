import { existsSync } from "node:fs";
import { Schema } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dataPath } from "../test/tinyDataset.js";
import { float32Column, int8Column, manifestFields, stringsOf, tableOf, utf8Column } from "./_columns.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import type { Manifest } from "./Manifest.js";
import { readDataset } from "./readDataset.js";
import { splitByPatient } from "./splitByPatient.js";

function manifestOf(patients: readonly string[], splits: readonly string[]): Manifest {
  const table = tableOf(new Schema(manifestFields(["mass"])), [
    utf8Column(patients.map((_, i) => `image ${i}`)),
    utf8Column(patients),
    utf8Column(patients.map((_, i) => `${i}.png`)),
    utf8Column(splits),
    utf8Column(patients.map((_, i) => (i % 2 === 0 ? "PA" : null))),
    utf8Column(patients.map(() => "F")),
    float32Column(patients.map((_, i) => (i % 3 === 0 ? null : i))),
    int8Column(Int8Array.from(patients, (_, i) => i % 2)),
  ]);
  return { table, dataset: "chestxray14", root: ".", findings: ["mass"], warnings: [] };
}

test("for any patients the parts are disjoint by patient and complete, and other columns stay", () => {
  const patient = fc.integer({ min: 0, max: 12 }).map(String);
  const fraction = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(patient, { minLength: 2, maxLength: 40 }),
      fraction,
      fc.nat(),
      (patients, share, seed) => {
        const numPatients = new Set(patients).size;
        fc.pre(numPatients > 1);
        const before = manifestOf(
          patients,
          patients.map(() => "train"),
        );
        const after = splitByPatient(before, { fraction: share, seed });
        expect(checkSplits(after)).toEqual([]);
        const { splits } = describeDataset(after);
        expect((splits.train?.images ?? 0) + (splits.valid?.images ?? 0)).toBe(patients.length);
        const expected = Math.min(numPatients - 1, Math.max(1, Math.round(share * numPatients)));
        expect(splits.valid?.patients).toBe(expected);
        const rest = (m: Manifest) => m.table.toArray().map((row) => ({ ...row.toJSON(), split: "" }));
        expect(rest(after)).toEqual(rest(before));
      },
    ),
    { numRuns: 40 },
  );
});

test("the choice depends on the seed and not on the order of the rows", () => {
  const patients = Array.from({ length: 40 }, (_, i) => `p${i}`);
  const validOf = (order: readonly string[], seed: number) => {
    const manifest = manifestOf(
      order,
      order.map(() => "train"),
    );
    const { table } = splitByPatient(manifest, { fraction: 0.25, seed });
    const splits = stringsOf(table, "split");
    return order.filter((_, row) => splits[row] === "valid").sort();
  };
  expect(validOf(patients, 1)).toHaveLength(10);
  expect(validOf([...patients].reverse(), 1)).toEqual(validOf(patients, 1));
  expect(validOf(patients, 2)).not.toEqual(validOf(patients, 1));
});

test("only the split named gives patients away, and the metadata say what was done", () => {
  const manifest = manifestOf(["a", "b", "c", "d"], ["train", "train", "test", "test"]);
  const next = splitByPatient(manifest, { from: "test", to: "valid", fraction: 0.5, seed: 0 });
  expect(stringsOf(next.table, "split").slice(0, 2)).toEqual(["train", "train"]);
  expect(stringsOf(next.table, "split").slice(2).sort()).toEqual(["test", "valid"]);
  const again = splitByPatient(next, { fraction: 0.5, seed: 3 });
  expect(JSON.parse(again.table.schema.metadata.get("splitByPatient") ?? "")).toEqual([
    { from: "test", to: "valid", fraction: 0.5, seed: 0 },
    { from: "train", to: "valid", fraction: 0.5, seed: 3 },
  ]);
});

test("a patient in two splits is found, listed or thrown", () => {
  const manifest = manifestOf(["a", "b", "a", "a"], ["train", "train", "test", "test"]);
  expect(checkSplits(manifest, { onOverlap: "return" })).toEqual([
    { patientId: "a", images: { train: 1, test: 2 } },
  ]);
  expect(() => checkSplits(manifest)).toThrow(
    "checkSplits: patients of chestxray14 must be in one split each, got 1 in several: a (train, test)",
  );
});

test("a description counts views, sexes, ages and labels, null ones apart", () => {
  const described = describeDataset(manifestOf(["a", "b", "a", "c"], ["train", "train", "train", "test"]));
  expect(described).toMatchObject({
    images: 4,
    patients: 3,
    views: { PA: 2, unknown: 2 },
    sexes: { F: 4 },
    age: { min: 1, mean: 1.5, max: 2, missing: 2 },
    findings: { mass: { positives: 2, negatives: 2, uncertain: 0, missing: 0 } },
    splits: { train: { images: 3, patients: 2 }, test: { images: 1, patients: 1 } },
  });
});

test("options out of range are refused", () => {
  const manifest = manifestOf(["a", "b"], ["train", "test"]);
  const ask = (options: object) => () => splitByPatient(manifest, { fraction: 0.2, seed: 1, ...options });
  expect(ask({})).toThrow("split train must have at least two patients, got 1");
  expect(ask({ fraction: 1 })).toThrow("fraction must lie in (0, 1), got 1");
  expect(ask({ seed: -1 })).toThrow("seed must be an integer ≥ 0, got -1");
  expect(ask({ to: "train" })).toThrow("to must differ from from");
  expect(ask({ from: "dev" })).toThrow("from must be one of train, valid, test, got dev");
});

const sample = dataPath("chestxray14-sample");

test.skipIf(!existsSync(sample))("the real sample splits cleanly (needs the shared data)", async () => {
  const manifest = await readDataset("chestxray14", sample);
  expect(checkSplits(manifest)).toEqual([]);
  const split = splitByPatient(manifest, { fraction: 0.2, seed: 1 });
  expect(checkSplits(split)).toEqual([]);
  expect(describeDataset(split).splits.valid?.patients).toBe(Math.round(868 * 0.2));
});
