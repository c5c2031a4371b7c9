import { expect, test } from "vitest";
import { missing, usable } from "./describeRuntimes.example.js";
import { fitted } from "./readme.example.js";

test("the README's example fits the line it was given", () => {
  expect(fitted.get("w")?.data).toBeAllclose([2], { rtol: 1e-3 });
  expect(fitted.get("b")?.data).toBeAllclose([1], { rtol: 1e-3 });
});

test("the example of the engines lists those that need nothing installed", () => {
  expect(usable).toEqual(expect.arrayContaining(["onnx-cpu", "wasm", "cpu"]));
  expect(missing).toMatch(/tfjs-node-gpu/);
});
