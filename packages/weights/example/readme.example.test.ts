import { expect, test } from "vitest";
import { refusal } from "./openCheckpoint.example.js";
import { metadata, names, weight } from "./readme.example.js";
import { widened } from "./toFloat32.example.js";
import { formats, info } from "./writeTorch.example.js";

test("the README's example reads back what it wrote", () => {
  expect(names).toEqual(["head.weight"]);
  expect(metadata).toEqual({ model: "vit-ti16" });
  expect(weight).toEqual({ dtype: "float32", shape: [1, 3], data: Float32Array.of(0.5, -1, 2) });
});

test("the example of toFloat32 widens", () => {
  expect([...widened]).toEqual([1, -2]);
});

test("the example of openCheckpoint refuses a program", () => {
  expect(refusal).toBe("pickle");
});

test("the example of writeTorch converts what it wrote", () => {
  expect(formats).toEqual(["torch-zip", "safetensors"]);
  expect(info).toEqual({ dtype: "float32", shape: [1, 3] });
});
