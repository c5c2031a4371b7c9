import * as tf from "@tensorflow/tfjs-core";
import * as onnx from "onnxruntime-node";
import { expect, test } from "vitest";
import { exportOnnx, type NamedArray, openRuntime, type StepDefinition } from "./index.js";

const array = (shape: readonly number[], scale = 1): NamedArray => ({
  dtype: "float32",
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) =>
    Math.sin(scale * (i + 1)),
  ),
});

/** Attention of two heads on bytes, a layer on top, and a counter that only training needs. */
const definition: StepDefinition = {
  state: {
    "qkv.weight": array([12, 4]),
    "head.weight": array([3, 4], 2),
    "head.bias": array([3], 3),
    steps: { dtype: "int32", shape: [], data: Int32Array.of(7) },
  },
  inputs: { images: { shape: [2, 5, 4], dtype: "uint8" } },
  step: (state, { images }) => {
    const x = tf.reshape(tf.div(images as tf.Tensor, 255), [10, 4]);
    const qkv = tf.matMul(x, state["qkv.weight"] as tf.Tensor2D, false, true);
    const [q, k, v] = tf.split(tf.reshape(qkv, [2, 5, 12]), 3, 2) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    const attention = tf.softmax(tf.matMul(q, k, false, true));
    const pooled = tf.mean(tf.matMul(attention, v), 1) as tf.Tensor2D;
    const logits = tf.add(
      tf.matMul(pooled, state["head.weight"] as tf.Tensor2D, false, true),
      state["head.bias"] as tf.Tensor,
    );
    const steps = tf.add(state.steps as tf.Tensor, tf.scalar(1, "int32"));
    return { state: { steps }, outputs: { logits, attention } };
  },
};
const images = Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256);

test("the exported file gives in plain ONNX Runtime what the step gives", async () => {
  const session = await onnx.InferenceSession.create(exportOnnx(definition));
  expect(session.inputNames).toEqual(["images"]);
  expect(session.outputNames).toEqual(["logits", "attention"]);
  const exported = await session.run({ images: new onnx.Tensor("uint8", images, [2, 5, 4]) });
  const step = await (await openRuntime("cpu")).compile(definition);
  const expected = await step.run({ images });
  step.dispose();
  for (const name of ["logits", "attention"]) {
    expect(exported[name]?.dims).toEqual(expected[name]?.shape);
    expect(exported[name]?.data as Float32Array).toBeAllclose(expected[name]?.data ?? [], { rtol: 1e-5 });
  }
  await session.release();
});

test("the exported file has operators of ONNX only, weights under their names, and nothing that is not needed", () => {
  const bytes = exportOnnx(definition);
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).not.toContain("FusedMatMul");
  expect(text).toContain("qkv.weight");
  expect(text).not.toContain("steps");
  expect(bytes.length).toBeLessThan(4000);
});

test("exportOnnx refuses a step without outputs, and an output named like an input", () => {
  expect(() => exportOnnx({ ...definition, step: () => ({ outputs: {} }) })).toThrow(
    new RangeError("exportOnnx: step must have an output, got none"),
  );
  const step: StepDefinition["step"] = (_, inputs) => ({
    outputs: { images: tf.neg(inputs.images as tf.Tensor) },
  });
  expect(() => exportOnnx({ ...definition, step })).toThrow(
    new RangeError(
      "exportOnnx: names of inputs, outputs and state must differ from each other, got images twice",
    ),
  );
});
