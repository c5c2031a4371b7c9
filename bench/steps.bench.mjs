// Training steps and inference of ViT-Ti, ViT-S and ViT-B/14 at 224 px, batch 8, float32: images per second of onnx-cpu
// beside PyTorch's eager mode, in turns, each round in a process of its own, and the most memory of each process.
// CXRKIT_PYTHON names a Python with torch; without it only ours is measured.
// The command is: CXRKIT_PYTHON=python3 npm run bench -- steps
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { initialParameters, vit, vitPresets } from "../packages/vit/dist/index.js";
import { median, timedStep } from "./trainingStep.mjs";

const batchSize = 8;
const rounds = 3;
const { storedPositions: _, ...base } = vitPresets["dinov2-vit-b14"];
const models = {
  ti: { ...base, width: 192, mlpDim: 768, numHeads: 3 },
  s: { ...base, width: 384, mlpDim: 1536, numHeads: 6 },
  b: base,
};
const repeats = { ti: 10, s: 6, b: 3 };
const python = process.env.CXRKIT_PYTHON;
const own = fileURLToPath(import.meta.url);
const peer = fileURLToPath(new URL("peers/steps.py", import.meta.url));

const [model, kind] = process.argv.slice(2);
if (model === undefined) compare();
else console.log(JSON.stringify(await measure(models[model], kind, repeats[model])));

/** Images per second and the most memory of this process. */
async function measure(config, kind, count) {
  const runtime = await openRuntime("onnx-cpu");
  const run =
    kind === "training"
      ? (await timedStep(runtime, config, batchSize)).run
      : await inference(runtime, config);
  for (let i = 0; i < 3; i++) await run();
  const seconds = [];
  for (let i = 0; i < count; i++) seconds.push(await run());
  return { imagesPerSecond: batchSize / median(seconds), bytes: process.resourceUsage().maxRSS * 1024 };
}

async function inference(runtime, config) {
  const images = new Float32Array(batchSize * config.imageSize ** 2 * config.channels).fill(0.5);
  const step = await runtime.compile({
    state: initialParameters(config, 1),
    inputs: {
      images: { shape: [batchSize, config.imageSize, config.imageSize, config.channels], dtype: "float32" },
    },
    step: (parameters, { images }) => ({ outputs: { scores: tf.sigmoid(vit(parameters, images, config)) } }),
  });
  return async () => {
    const start = performance.now();
    await step.run({ images });
    return (performance.now() - start) / 1000;
  };
}

function compare() {
  console.log(
    `batch ${batchSize}, 224 px, patches of 14, ${availableParallelism()} threads; medians of ${rounds} rounds`,
  );
  for (const name of Object.keys(models)) {
    for (const kind of ["training", "inference"]) {
      const ours = [];
      const theirs = [];
      for (let i = 0; i < rounds; i++) {
        ours.push(answer(process.execPath, [own, name, kind]));
        if (python !== undefined) {
          const { width, depth, numHeads, mlpDim, numClasses } = models[name];
          const sizes = [width, depth, numHeads, mlpDim, numClasses, batchSize, repeats[name]].map(String);
          theirs.push(answer(python, [peer, kind, String(availableParallelism()), ...sizes]));
        }
      }
      const line = (results) =>
        `${median(results.map((r) => r.imagesPerSecond)).toFixed(2)} images/s, ${(median(results.map((r) => r.bytes)) / 2 ** 30).toFixed(2)} GiB`;
      const beside = theirs.length === 0 ? "" : `; torch ${theirs[0].version} ${line(theirs)}`;
      console.log(`ViT-${name} ${kind}: onnx-cpu ${line(ours)}${beside}`);
    }
  }
}

function answer(command, parameters) {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`bench: ${command} must end well, got ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}
