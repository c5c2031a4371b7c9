import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "./openRuntime.js";
import type { RuntimeName } from "./Runtime.js";

/** Side of the square matrices to begin with; a device that is too fast for it gets larger ones. */
const sides: Readonly<Record<RuntimeName, number>> = {
  "tfjs-node-gpu": 4096,
  "onnx-cuda": 4096,
  "onnx-webgpu": 1024,
  "onnx-cpu": 1024,
  "tfjs-node": 1024,
  wasm: 512,
  cpu: 128,
};

/** A product shorter than this is measured with twice the side, so that the engine's own overhead does not count. */
const shortestMs = 5;
const largestSide = 8192;

/** GFLOP/s of a float32 matrix product, measured for about `seconds` after two products that are not counted. */
export async function measureProducts(
  name: RuntimeName,
  seconds: number,
  side: number = sides[name],
): Promise<number> {
  const runtime = await openRuntime(name);
  const numbers = Float32Array.from({ length: side * side }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5);
  const step = await runtime.compile({
    state: { a: { dtype: "float32", shape: [side, side], data: numbers } },
    inputs: { scale: { dtype: "float32", shape: [] } },
    step: ({ a }, { scale }) => ({
      outputs: { sum: tf.sum(tf.matMul(tf.mul(a as tf.Tensor2D, scale as tf.Tensor), a as tf.Tensor2D)) },
    }),
  });
  try {
    const scale = Float32Array.of(1);
    for (let i = 0; i < 2; i++) await step.run({ scale });
    const start = performance.now();
    let runs = 0;
    let elapsed = 0;
    while (elapsed < 1000 * seconds) {
      await step.run({ scale });
      runs++;
      elapsed = performance.now() - start;
    }
    if (elapsed / runs < shortestMs && side < largestSide) return measureProducts(name, seconds, 2 * side);
    return (2 * side ** 3 * runs) / elapsed / 1e6;
  } finally {
    step.dispose();
  }
}
