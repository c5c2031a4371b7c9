// One update of the preset "small", batch 8, on three engines in turn: images per second, and the ratio to wasm.
import { openRuntime } from "../packages/runtime/dist/index.js";
import { vitPresets } from "../packages/vit/dist/index.js";
import { median, timedStep, trainingFlops } from "./trainingStep.mjs";

const config = vitPresets.small;
const batchSize = 8;
const engines = ["onnx-cpu", "wasm", "cpu"];
const repeats = { "onnx-cpu": 15, wasm: 3, cpu: 1 };

const seconds = {};
for (const engine of engines) {
  const { run, dispose } = await timedStep(await openRuntime(engine), config, batchSize);
  for (let i = 0; i < (engine === "onnx-cpu" ? 4 : 1); i++) await run();
  const times = [];
  for (let i = 0; i < repeats[engine]; i++) times.push(await run());
  seconds[engine] = median(times);
  dispose();
}
const flops = trainingFlops(config, batchSize);
console.log(
  `${config.imageSize} px, patches of ${config.patchSize}, width ${config.width}, ${config.depth} blocks, batch ${batchSize}, forward + backward + AdamW`,
);
for (const engine of engines) {
  const rate = batchSize / seconds[engine];
  const gflops = flops / seconds[engine] / 1e9;
  const ratio = seconds.wasm / seconds[engine];
  console.log(
    `${engine.padEnd(9)} ${rate.toFixed(2).padStart(8)} images/s ${gflops.toFixed(1).padStart(7)} GFLOP/s ${ratio.toFixed(1).padStart(6)} × wasm`,
  );
}
