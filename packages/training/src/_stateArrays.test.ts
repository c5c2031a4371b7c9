import { expect, test } from "vitest";
import { createStateArrays } from "./_stateArrays.js";

const entries = [
  ["weight", { dtype: "float32", shape: [2, 3] }],
  ["count", { dtype: "int32", shape: [] }],
] as const;

test("an array is given again when nobody holds it, and another one while somebody does", () => {
  const arrays = createStateArrays();
  arrays.prepare(entries);
  const first = arrays.take(entries, undefined);
  expect(first.get("weight")).toEqual({ dtype: "float32", shape: [2, 3], data: new Float32Array(6) });
  expect(first.get("count")).toEqual({ dtype: "int32", shape: [], data: new Int32Array(1) });
  expect(arrays.take(entries, undefined).get("weight")).toBe(first.get("weight"));
  // What is held may have another name than the entry that it was read from, as averaged parameters have.
  const held = new Map([["average", first.get("weight")!]]);
  const second = arrays.take(entries, held);
  expect(second.get("weight")?.data.buffer).not.toBe(first.get("weight")?.data.buffer);
  expect(second.get("count")).toBe(first.get("count"));
  expect(arrays.take(entries, new Map([["weight", second.get("weight")!]])).get("weight")).toBe(
    first.get("weight"),
  );
});

test("what was read before stays as it is when entries are prepared again", () => {
  const arrays = createStateArrays();
  arrays.prepare(entries);
  const read = arrays.take(entries, undefined);
  read.get("weight")!.data.fill(7);
  arrays.prepare([...entries, ["later", { dtype: "float32", shape: [2] }]]);
  expect([...read.get("weight")!.data]).toEqual([7, 7, 7, 7, 7, 7]);
});
