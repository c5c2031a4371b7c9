// Two thousand updates of a tiny model: heap, memory outside it and resident set must not grow. Exit status 1 when one
// grows by more than what is allowed. The command is: node --expose-gc bench/trainingMemory.mjs [STEPS]
import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { fit as trainModel } from "../packages/training/dist/index.js";

const steps = Number(process.argv[2] ?? 2000);
/** Updates after which the machinery is warm and memory is looked at for the first time. */
const warm = Math.floor(steps / 4);
/** Bytes that noise may come to; one 32 × 32 batch of 16 images kept an update would be 131 MB in 2,000. */
const allowed = { heapUsed: 2e6, external: 2e6, rss: 24e6 };

if (globalThis.gc === undefined) throw new Error("trainingMemory: gc must be exposed; node --expose-gc");
const size = 32;
const batchSize = 16;
const numImages = 320;
const model = {
  parameters: new Map([
    ["w", { dtype: "float32", shape: [2, size * size], data: new Float32Array(2 * size * size).fill(0.01) }],
    ["b", { dtype: "float32", shape: [2], data: new Float32Array(2) }],
  ]),
  imageShape: [size, size, 1],
  numClasses: 2,
  logits: ({ w, b }, images) => tf.add(tf.matMul(tf.reshape(images, [-1, size * size]), w, false, true), b),
};
const train = {
  numImages,
  findings: ["nodule", "mass"],
  async *batches({ start }) {
    for (let first = start * batchSize; first < numImages; first += batchSize) {
      const rows = Array.from({ length: batchSize }, (_, i) => first + i);
      yield {
        images: new Float32Array(batchSize * size * size).map(Math.random),
        labels: Float32Array.from(rows.flatMap((row) => [row % 2, row % 3 === 0 ? 1 : 0])),
        imageIds: rows.map(String),
        patientIds: rows.map(String),
      };
    }
  },
};

const samples = [];
const sample = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  samples.push({ heapUsed, external, rss });
};
const runtime = await openRuntime("onnx-cpu");
const { warnings } = await trainModel(
  model,
  { train },
  {
    runtime,
    steps,
    epochs: Math.ceil((steps * batchSize) / numImages),
    batchSize,
    learningRate: 1e-3,
    ema: { decay: 0.99 },
    maxGradientNorm: 1,
    onStep: ({ step }) => {
      if (step >= warm && (step - warm) % Math.ceil((steps - warm) / 10) === 0) sample();
    },
  },
);
if (warnings.length > 0) throw new Error(warnings[0]);
sample();
let grown = false;
for (const [what, limit] of Object.entries(allowed)) {
  const values = samples.map((one) => one[what]);
  // The lowest of each half, so that a moment of garbage does not count.
  const half = values.length >> 1;
  const growth = Math.min(...values.slice(half)) - Math.min(...values.slice(0, half));
  grown ||= growth > limit;
  console.log(
    `${what.padEnd(8)} ${(values[0] / 1e6).toFixed(1)} MB after ${warm} updates, ${(values.at(-1) / 1e6).toFixed(1)} MB after ${steps}; growth ${(growth / 1e6).toFixed(2)} MB, ${(limit / 1e6).toFixed(0)} allowed`,
  );
}
process.exitCode = grown ? 1 : 0;
