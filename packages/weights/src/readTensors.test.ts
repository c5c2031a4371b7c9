import { expect, test } from "vitest";
import { checkpointOf, type NamedArray, readTensors } from "./index.js";

const tensor = (...values: number[]): NamedArray => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});

test("readTensors is the inverse of checkpointOf, in the order of the names", async () => {
  const tensors = new Map([
    ["b", tensor(1, 2)],
    ["a", tensor(3)],
  ]);
  const read = await readTensors(checkpointOf(tensors));
  expect([...read]).toEqual([...tensors]);
  expect(read.get("a")).toBe(tensors.get("a"));
});

test("readTensors asks for one tensor at a time, and for none after one that cannot be read", async () => {
  const asked: string[] = [];
  const source = {
    names: ["a", "b", "c"],
    get: async (name: string) => {
      asked.push(name);
      if (name === "b") throw new RangeError("b is damaged");
      return tensor(0);
    },
  };
  await expect(readTensors(source)).rejects.toThrow("b is damaged");
  expect(asked).toEqual(["a", "b"]);
});
