import { expect, test } from "vitest";
import { labels, weights } from "./applyLabelPolicy.example.js";
import { bitsStored, height, pixels, width } from "./decodeImage.example.js";
import { images, overlaps, splits } from "./describeDataset.example.js";

test("the example of decodeImage gives two 16-bit values", () => {
  expect([width, height, bitsStored]).toEqual([2, 1, 16]);
  expect([...pixels]).toEqual([1000, 65535]);
});

test("the example of applyLabelPolicy gives labels and weights", () => {
  expect([...labels.data]).toEqual([1, 0, 0, 1, 0, 1, Number.NaN, 0]);
  expect([...weights]).toEqual([2, 1]);
});

test("the example of splitByPatient gives three disjoint parts", () => {
  expect(overlaps).toEqual([]);
  expect(images).toBe(20);
  expect([splits.train?.patients, splits.valid?.patients, splits.test?.patients]).toEqual([7, 2, 3]);
});
