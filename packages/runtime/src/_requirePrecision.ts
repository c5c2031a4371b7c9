import type { Precision, RuntimeName, StepDefinition } from "./Runtime.js";

const known: readonly Precision[] = ["float32", "float16", "bfloat16"];

/** Where each short type of products can be had; what an engine's device cannot do shows when the step is compiled. */
const engines: Readonly<Record<Precision, readonly RuntimeName[]>> = {
  float32: ["onnx-cuda", "onnx-webgpu", "onnx-cpu", "tfjs-node-gpu", "tfjs-node", "wasm", "cpu"],
  float16: ["onnx-cuda", "onnx-webgpu", "onnx-cpu"],
  bfloat16: ["onnx-cuda", "onnx-cpu"],
};

/** Refuses a type of matrix products that the engine does not have, and says which engine does. */
export function requirePrecision(engine: RuntimeName, { precision = "float32" }: StepDefinition): void {
  if (!known.includes(precision)) {
    throw new RangeError(
      `compile: precision must be "float32", "float16" or "bfloat16", got "${String(precision)}"`,
    );
  }
  if (engines[precision].includes(engine)) return;
  const has = known.filter((type) => engines[type].includes(engine));
  throw new RangeError(
    `compile: precision must be ${has.map((type) => `"${type}"`).join(" or ")} on ${engine}, got "${precision}", which ${engines[precision].join(", ")} can do`,
  );
}
