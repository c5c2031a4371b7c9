import { expect, test } from "vitest";
import { fitted } from "./readme.example.js";

test("the README's example fits the line it was given", () => {
  expect(fitted.get("w")?.data).toBeAllclose([2], { rtol: 1e-3 });
  expect(fitted.get("b")?.data).toBeAllclose([1], { rtol: 1e-3 });
});
