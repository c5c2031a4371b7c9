import { expect, test } from "vitest";
import { features, loaded, million, qkv, resized } from "./parameters.example.js";
import { count, logits } from "./readme.example.js";

test("the README's example gives the shape and the count it states", () => {
  expect(logits.shape).toEqual([2, 3]);
  expect(count).toBe(2_719_875);
});

test("the examples of the reference give the values they state", () => {
  expect(qkv).toEqual([2304, 768]);
  expect(million).toBeCloseTo(86.6, 1);
  expect(loaded.get("head.weight")?.shape).toEqual([14, 16]);
  expect(features.shape).toEqual([1, 16]);
  expect(resized.shape).toEqual([1, 257, 8]);
});
