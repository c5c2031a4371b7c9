import { expect, test } from "vitest";
import { numImages, sizes } from "./batches.example.js";

test("the example of batches gives full batches of bytes and counts every image once", () => {
  expect(sizes).toEqual([5120, 5120, 5120]);
  expect(numImages).toBe(12);
});
