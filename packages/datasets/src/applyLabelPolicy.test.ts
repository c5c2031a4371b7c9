import { Schema } from "apache-arrow";
import { expect, test } from "vitest";
import {
  float32Column,
  int8Column,
  manifestFields,
  nullableInt8Column,
  tableOf,
  utf8Column,
} from "./_columns.js";
import { applyLabelPolicy } from "./applyLabelPolicy.js";

const text = utf8Column(["a", "b", "c", "d"]);
const table = tableOf(new Schema(manifestFields(["edema", "mass"])), [
  ...[text, text, text, text, text, text],
  float32Column([1, 2, 3, null]),
  nullableInt8Column([1, 0, -1, null]),
  int8Column(Int8Array.of(0, 1, -1, 0)),
]);
const findings = ["edema", "mass"];

test("uncertain and missing labels are negative unless the policy says otherwise", () => {
  const { data, rows, columns } = applyLabelPolicy(table, { findings });
  expect([rows, columns]).toEqual([4, 2]);
  expect([...data]).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
});

test("each policy gives its number, for all findings and for single ones", () => {
  const { data } = applyLabelPolicy(table, {
    findings,
    policy: { uncertain: "positive", missing: "ignore" },
  });
  expect([...data]).toEqual([1, 0, 0, 1, 1, 1, Number.NaN, 0]);
  const policy = { uncertain: "ignore", perFinding: { mass: { uncertain: "positive" } } } as const;
  expect([...applyLabelPolicy(table, { findings, policy }).data]).toEqual([1, 0, 0, 1, Number.NaN, 1, 0, 0]);
});

test("rows and findings are taken in the order asked for", () => {
  const { data, rows } = applyLabelPolicy(table, { findings: ["mass"], rows: [1, 0, 1] });
  expect(rows).toBe(3);
  expect([...data]).toEqual([1, 0, 1]);
});

test("unknown findings, rows, treatments and values are refused", () => {
  expect(() => applyLabelPolicy(table, { findings: ["gout"] })).toThrow(
    /columns of the table \(imageId.*got gout/,
  );
  expect(() => applyLabelPolicy(table, { findings, rows: [4] })).toThrow("rows must lie in [0, 3], got 4");
  const policy = { uncertain: "maybe" as never };
  expect(() => applyLabelPolicy(table, { findings, policy })).toThrow("policy.uncertain must be one of");
  const perFinding = { gout: {} };
  expect(() => applyLabelPolicy(table, { findings, policy: { perFinding } })).toThrow("got gout");
  const wrong = tableOf(new Schema(manifestFields(["mass"])), [
    ...[text, text, text, text, text, text],
    float32Column([1, 2, 3, 4]),
    int8Column(Int8Array.of(0, 1, 2, 0)),
  ]);
  expect(() => applyLabelPolicy(wrong, { findings: ["mass"] })).toThrow(
    "applyLabelPolicy: mass in row 2 must be 1, 0, -1 or null, got 2",
  );
});
