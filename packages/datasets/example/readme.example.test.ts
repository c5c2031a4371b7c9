import { expect, test } from "vitest";
import { shapes } from "./readme.example.js";

test("the README's example gives batches of four images", () => {
  expect(shapes.length).toBeGreaterThan(1);
  for (const shape of shapes.slice(0, -1)) expect(shape).toEqual([4, 32, 32, 3]);
});
