import { expect, test } from "vitest";
import { initialParameters, selectHeadRows, vitPresets } from "./index.js";

const checkpoint = (seed: number) => initialParameters(vitPresets["two-block"], seed);

test("selectHeadRows takes the rows of the wanted findings in their order", () => {
  const arrays = checkpoint(1);
  const findings = Array.from({ length: 14 }, (_, i) => `finding_${i}`);
  const selected = selectHeadRows(arrays, findings, ["finding_3", "finding_0"]);
  const whole = arrays.get("head.weight")?.data as Float32Array;
  expect(selected.get("head.weight")?.shape).toEqual([2, 16]);
  expect(selected.get("head.weight")?.data).toEqual(
    Float32Array.from([...whole.slice(48, 64), ...whole.slice(0, 16)]),
  );
  expect(selected.get("head.bias")?.shape).toEqual([2]);
  expect(selected.get("pos_embed")).toBe(arrays.get("pos_embed"));
  expect([...selectHeadRows(arrays, findings, findings)]).toEqual([...arrays]);
});

test.each<[readonly string[], readonly string[], string]>([
  [["a", "b"], ["c", "a", "d"], "toFindings must be among those of the head (a, b), got c, d"],
  [["a", "b"], [], "toFindings must be among those of the head (a, b), got none"],
  [["a", "a"], ["a"], "fromFindings must differ from each other, got a twice"],
  [["a", "b"], ["b", "b"], "toFindings must differ from each other, got b twice"],
  [["a", "b"], ["a"], "head.weight must have 2 rows, one for each of fromFindings, got 14"],
])("selectHeadRows refuses findings %j to %j", (from, to, message) => {
  expect(() => selectHeadRows(checkpoint(1), from, to)).toThrow(`selectHeadRows: ${message}`);
});
