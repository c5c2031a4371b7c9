// Two thousand updates of a perceptron on an engine that keeps its state on a device: heap, memory outside it and
// resident set (on a software device that is the device's memory too) must not grow. Exit status 1 when one grows by
// more than what is allowed. The command is: node --expose-gc bench/deviceMemory.mjs [ENGINE] [STEPS]; for a software
// device before it VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json (Debian's chromium).
import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "../packages/runtime/dist/index.js";

const engine = process.argv[2] ?? "onnx-webgpu";
const steps = Number(process.argv[3] ?? 2000);
/** Bytes that noise may come to; the state alone, kept once an update, would be 1 GB in 2,000. */
const allowed = { heapUsed: 2e6, external: 2e6, rss: 24e6 };

if (globalThis.gc === undefined) throw new Error("deviceMemory: gc must be exposed; node --expose-gc");
const [batchSize, width] = [32, 256];
const noise = (length) => Float32Array.from({ length }, (_, i) => (((i + 1) * 7919) % 1009) / 1009 - 0.5);
const matrix = { dtype: "float32", shape: [width, width] };
const runtime = await openRuntime(engine);
const step = await runtime.compile({
  state: {
    w: { ...matrix, data: noise(width * width).map((x) => x / 16) },
    m: { ...matrix, data: new Float32Array(width * width) },
  },
  inputs: { x: { dtype: "uint8", shape: [batchSize, width] }, y: { dtype: "float32", shape: [batchSize] } },
  step: ({ w, m }, { x, y }) => {
    const loss = (weights) =>
      tf.mean(tf.squaredDifference(tf.sum(tf.relu(tf.matMul(tf.sub(tf.div(x, 127.5), 1), weights)), 1), y));
    const { value, grads } = tf.valueAndGrads(loss)([w]);
    const momentum = tf.add(tf.mul(m, 0.9), grads[0]);
    return { state: { w: tf.sub(w, tf.mul(momentum, 1e-5)), m: momentum }, outputs: { loss: value } };
  },
});

const images = Uint8Array.from({ length: batchSize * width }, (_, i) => (i * 7919) % 251);
const targets = noise(batchSize);
const samples = [];
const sample = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  samples.push({ heapUsed, external, rss });
};
const every = Math.max(1, Math.floor(steps / 10));
console.log(runtime.description);
for (let t = 1; t <= steps; t++) {
  const { loss } = await step.run({ x: images, y: targets });
  if (t % every !== 0) continue;
  await step.readState();
  sample();
  const megabytes = Object.entries(samples.at(-1)).map(
    ([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(1)}`,
  );
  console.log(`${t} updates: ${megabytes.join(", ")} MB; loss ${loss.data[0].toExponential(3)}`);
}
step.dispose();
// The first two looks are while buffers and caches are still being made.
const [before, after] = [samples[2], samples.at(-1)];
for (const [name, most] of Object.entries(allowed)) {
  const growth = after[name] - before[name];
  const verdict = growth > most ? "TOO MUCH" : "within";
  console.log(`${name}: ${(growth / 1e6).toFixed(1)} MB more, ${verdict} ${(most / 1e6).toFixed(0)} MB`);
  if (growth > most) process.exitCode = 1;
}
