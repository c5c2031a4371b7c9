import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { missing, usable } from "./describeRuntimes.example.js";
import { file } from "./exportOnnx.example.js";
import { fitted } from "./readme.example.js";

test("the README's example fits the line it was given", () => {
  expect(fitted.get("w")?.data).toBeAllclose([2], { rtol: 1e-3 });
  expect(fitted.get("b")?.data).toBeAllclose([1], { rtol: 1e-3 });
});

test("the example of the engines lists those that need nothing installed", () => {
  expect(usable).toEqual(expect.arrayContaining(["onnx-cpu", "wasm", "cpu"]));
  expect(missing).toMatch(/tfjs-node-gpu/);
});

test("the example of the export is an ONNX file", async () => {
  const session = await InferenceSession.create(file);
  const { logits } = await session.run({ images: new Tensor("float32", Float32Array.of(5, 6, 7), [1, 3]) });
  expect(logits?.data).toEqual(Float32Array.of(5, 6));
});
