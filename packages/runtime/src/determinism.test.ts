import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { compileGraph } from "./compiler/_compileGraph.js";
import { encodeModel } from "./compiler/_encodeModel.js";
import type { StepDefinition } from "./index.js";

const [rows, width] = [512, 384];

/** Products and sums that are large enough for ONNX Runtime to share them among its threads. */
const definition: StepDefinition = {
  state: { weights: { dtype: "float32", shape: [width, width], data: new Float32Array(width * width) } },
  inputs: { x: { shape: [rows, width], dtype: "float32" } },
  step: ({ weights }, { x }) => {
    const f = (w: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(tf.softmax(tf.matMul(x as tf.Tensor, w)), 0.01))) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(f)(weights as tf.Tensor);
    return { state: { weights: tf.sub(weights as tf.Tensor, tf.mul(grad, 100)) }, outputs: { value } };
  },
};

/** What the other process does: ten updates by ONNX Runtime, and the digest of all that came out. */
const program = `
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const onnx = createRequire(${JSON.stringify(import.meta.url)})("onnxruntime-node");
const session = await onnx.InferenceSession.create(readFileSync(process.argv[1]), { logSeverityLevel: 3 });
const fill = (length) => Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1)));
const x = new onnx.Tensor("float32", fill(${rows * width}), [${rows}, ${width}]);
let weights = new onnx.Tensor("float32", fill(${width * width}), [${width}, ${width}]);
const hash = createHash("sha256");
for (let i = 0; i < 10; i++) {
  const results = await session.run({ "input:x": x, "state:weights": weights });
  weights = results["next:weights"];
  hash.update(weights.data).update(results["output:value"].data);
}
console.log(hash.digest("hex"));
`;

test("a step is recorded as the same bytes each time, and they give the same bits in two processes", async () => {
  const model = encodeModel(compileGraph(definition));
  expect(encodeModel(compileGraph(definition))).toEqual(model);
  const folder = await mkdtemp(join(tmpdir(), "determinism-"));
  try {
    const file = join(folder, "step.onnx");
    await writeFile(file, model);
    const digest = async () =>
      (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, file])).stdout;
    const first = await digest();
    expect(first).toMatch(/^[0-9a-f]{64}\n$/);
    expect(await digest()).toBe(first);
  } finally {
    await rm(folder, { recursive: true });
  }
});
