// Gradient checkpointing: most memory and time of a training step of ViT-S/14 at 224 px, batch 8, on onnx-cpu, with it
// and without, each in a process of its own, in turns. Memory is the most the process ever held above what it held
// before the step was compiled.
// Usage: node bench/recompute.mjs [preset] [batch size] [rounds]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { vitPresets } from "../packages/vit/dist/index.js";
import { median, timedStep } from "./trainingStep.mjs";

const [preset = "dinov2-vit-s14", batchSize = "8", rounds = "3", mode] = process.argv.slice(2);
const { storedPositions: _, ...shape } = vitPresets[preset];
const config = { ...shape, imageSize: 224 };

if (mode === undefined) compare();
else console.log(JSON.stringify(await measure(mode === "checkpointing")));

async function measure(gradientCheckpointing) {
  const runtime = await openRuntime("onnx-cpu");
  const before = process.memoryUsage.rss();
  const step = await timedStep(runtime, config, Number(batchSize), { gradientCheckpointing });
  for (let i = 0; i < 2; i++) await step.run();
  const seconds = [];
  for (let i = 0; i < 5; i++) seconds.push(await step.run());
  return {
    seconds: median(seconds),
    bytes: process.resourceUsage().maxRSS * 1024 - before,
    compileSeconds: step.compileSeconds,
    memory: step.memory,
  };
}

function compare() {
  const results = { plain: [], checkpointing: [] };
  for (let round = 0; round < Number(rounds); round++) {
    for (const [name, list] of Object.entries(results)) {
      const child = spawnSync(
        process.execPath,
        [fileURLToPath(import.meta.url), preset, batchSize, rounds, name],
        { encoding: "utf8" },
      );
      if (child.status !== 0) throw new Error(child.stderr);
      list.push(JSON.parse(child.stdout));
    }
  }
  console.log(`${preset} at 224 px, batch ${batchSize}, forward + backward + AdamW on onnx-cpu`);
  for (const [name, list] of Object.entries(results)) {
    const bytes = Math.max(...list.map((result) => result.bytes)) / 2 ** 20;
    console.log(
      `${name.padEnd(14)} ${bytes.toFixed(0).padStart(6)} MiB  ${median(list.map(({ seconds }) => seconds)).toFixed(3)} s`,
    );
  }
  const ratio = (key) =>
    median(results.checkpointing.map((result, i) => result[key] / results.plain[i][key])).toFixed(2);
  console.log(`with : without  memory ${ratio("bytes")}, time ${ratio("seconds")}`);
}
