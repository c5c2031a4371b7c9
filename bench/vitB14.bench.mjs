// One update of ViT-B/14 at 224 px, batch 8, on onnx-cpu, and the bare matrix products of its MLP on the same engine, in
// turn: images per second, GFLOP/s, and the share of the bare product's rate.
import * as tf from "@tensorflow/tfjs-core";
import { vitTrainingStep } from "../examples/six-dataset-study/dist/vitTrainingStep.js";
import { compileGraph } from "../packages/runtime/dist/compiler/_compileGraph.js";
import { encodeModel } from "../packages/runtime/dist/compiler/_encodeModel.js";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { vitPresets } from "../packages/vit/dist/index.js";
import { median, timedStep, trainingFlops } from "./trainingStep.mjs";

const { storedPositions: _, layerScale: __, ...preset } = vitPresets["dinov2-vit-b14"];
const config = { ...preset, layerScale: true, storedPositions: { grid: 37, convention: "dinov2" } };
const batchSize = 8;
const rows = batchSize * 257;
const numProducts = 8;

const runtime = await openRuntime("onnx-cpu");
const fill = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i));
const product = await runtime.compile({
  state: { weights: { dtype: "float32", shape: [768, 3072], data: fill(768 * 3072) } },
  inputs: { x: { shape: [rows, 768], dtype: "float32" } },
  step: ({ weights }, { x }) => {
    // Each product must depend on the one before, or one would be computed for all.
    let y = x;
    for (let i = 0; i < numProducts / 2; i++) y = tf.matMul(tf.matMul(y, weights), weights, false, true);
    return { state: { weights }, outputs: { y: tf.slice(y, [0, 0], [1, 1]) } };
  },
});
const productFlops = numProducts * 2 * rows * 768 * 3072;
const x = fill(rows * 768);
const timeProduct = async () => {
  const start = performance.now();
  await product.run({ x });
  return productFlops / (performance.now() - start) / 1e6;
};

const step = await timedStep(runtime, config, batchSize);
for (let i = 0; i < 3; i++) {
  await step.run();
  await timeProduct();
}
const steps = [];
const products = [];
for (let i = 0; i < 5; i++) {
  products.push(await timeProduct());
  steps.push(await step.run());
}
const flops = trainingFlops(config, batchSize);
const rate = flops / median(steps) / 1e9;
const bare = median(products);
console.log(
  `224 px, batch ${batchSize}, forward + backward + AdamW: ${(flops / 1e9).toFixed(0)} GFLOP in matrix products`,
);
console.log(`compiled in ${step.compileSeconds.toFixed(1)} s: trace, passes, session, copy of the state`);
describeGraph();
console.log(
  `step          ${median(steps).toFixed(2)} s, ${(batchSize / median(steps)).toFixed(2)} images/s, ${rate.toFixed(0)} GFLOP/s`,
);
console.log(`bare product  ${bare.toFixed(0)} GFLOP/s on [${rows}, 768] × [768, 3072]`);
console.log(`share         ${(rate / bare).toFixed(2)}`);
console.log(`memory        ${(process.memoryUsage.rss() / 2 ** 30).toFixed(1)} GiB resident`);

/** What the compiler makes of the step. */
function describeGraph() {
  const graph = compileGraph(vitTrainingStep(config, { batchSize, seed: 1 }), { packs: true });
  const constants = graph.nodes.flatMap(({ inputs }) => inputs).filter(({ data }) => data !== undefined);
  const largest = constants.reduce((most, { data }) => Math.max(most, data.byteLength), 0);
  console.log(
    `${graph.nodes.length} nodes, model ${encodeModel(graph).length} bytes, largest constant ${largest} bytes`,
  );
}
