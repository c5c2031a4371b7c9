import { expect, test } from "vitest";
import { corrected, equalised, published, zoomed } from "./prepareImage.example.js";

test("the example of prepareImage gives squares of grey bytes by both recipes", () => {
  expect([...corrected.subarray(0, 4)]).toEqual([0, 64, 191, 255]);
  expect(published).toHaveLength(16);
  expect([published[0], published[3]]).toEqual([0, 255]);
});

test("the example of zoomSpline and equalizeHistogram keeps the ends and spreads what is between", () => {
  expect([zoomed[0], zoomed[3]]).toEqual([0, 200]);
  expect([...equalised]).toEqual([0, 85, 170, 255]);
});
