// What the training loop adds to its compiled step, and how long an update waits for its batch: the presets tiny, small
// and deit-ti16, images in memory as bytes, shuffled, mirrored at random, one batch read ahead. The engine is wrapped, so
// that step and loop are timed in the same updates. CXRKIT_PYTHON names a Python with torch and timm, which trains the
// same networks in a plain loop. The command is: npm run bench -- trainingLoop
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { trainableVit } from "../examples/six-dataset-study/dist/trainableVit.js";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { seededRandom } from "../packages/statistics/dist/index.js";
import { fit as trainModel } from "../packages/training/dist/index.js";
import { initialParameters, vitPresets } from "../packages/vit/dist/index.js";

const cases = [
  { preset: "tiny", batchSize: 8, steps: 120, warm: 20 },
  { preset: "small", batchSize: 8, steps: 60, warm: 10 },
  { preset: "deit-ti16", batchSize: 8, steps: 20, warm: 5 },
];
const numClasses = 14;

/** Images in memory; `waited` adds up what the consumer's questions took. */
function memorySource(size, batchSize, numImages) {
  const random = seededRandom(1);
  const pixels = new Uint8Array(numImages * size * size).map(() => 256 * random());
  const bytes = size * size;
  const clock = { waited: 0 };
  return {
    clock,
    numImages,
    findings: Array.from({ length: numClasses }, (_, i) => `finding_${i}`),
    async *batches({ epoch, start }) {
      const order = Array.from({ length: numImages }, (_, i) => (i * 7919 + epoch * 104_729) % numImages);
      for (let first = start * batchSize; first < numImages; first += batchSize) {
        const began = performance.now();
        const rows = order.slice(first, first + batchSize);
        const images = new Uint8Array(rows.length * bytes);
        for (const [i, row] of rows.entries()) {
          const image = images.subarray(i * bytes, (i + 1) * bytes);
          image.set(pixels.subarray(row * bytes, (row + 1) * bytes));
          if (random() < 0.5)
            for (let y = 0; y < size; y++) image.subarray(y * size, (y + 1) * size).reverse();
        }
        const labels = new Float32Array(rows.length * numClasses).map(() => Number(random() < 0.2));
        clock.waited += performance.now() - began;
        yield { images, labels, imageIds: rows.map(String), patientIds: rows.map(String) };
      }
    },
  };
}

/** The engine, with the time that its steps run counted. */
function timed(runtime, clock) {
  return {
    ...runtime,
    async compile(definition) {
      const step = await runtime.compile(definition);
      return {
        ...step,
        async run(inputs) {
          const began = performance.now();
          try {
            return await step.run(inputs);
          } finally {
            clock.inStep += performance.now() - began;
          }
        },
      };
    },
  };
}

async function measure({ preset, batchSize, steps, warm }) {
  const config = { ...vitPresets[preset], numClasses };
  const clock = { inStep: 0 };
  const source = memorySource(config.imageSize, batchSize, batchSize * steps);
  const model = trainableVit(config, initialParameters(config, 1), { mean: 0.5, std: 0.25 });
  let began;
  let ended;
  const { warnings } = await trainModel(
    model,
    { train: source },
    {
      runtime: timed(await openRuntime("onnx-cpu"), clock),
      steps,
      epochs: 1,
      batchSize,
      learningRate: 1e-4,
      weightDecay: 0.05,
      onStep: ({ step }) => {
        const now = { time: performance.now(), inStep: clock.inStep, waited: source.clock.waited };
        if (step === warm) began = now;
        ended = now;
      },
    },
  );
  if (warnings.length > 0) throw new Error(warnings[0]);
  const whole = ended.time - began.time;
  const inStep = ended.inStep - began.inStep;
  const waited = ended.waited - began.waited;
  return { whole, inStep, waited, imagesPerSecond: (1000 * batchSize * (steps - warm)) / whole };
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`,
);
for (const one of cases) {
  const { whole, inStep, waited, imagesPerSecond } = await measure(one);
  const share = (part) => `${((100 * part) / inStep).toFixed(2)} %`;
  console.log(
    `${one.preset.padEnd(9)} batch ${one.batchSize}: ${imagesPerSecond.toFixed(1)} images/s; the loop adds ${share(whole - inStep)} to the step; making the batch is ${share(waited)} of it`,
  );
  if (process.env.CXRKIT_PYTHON === undefined) continue;
  const { imageSize, patchSize, width, depth, numHeads, mlpDim } = vitPresets[one.preset];
  const shape = { ...one, imageSize, patchSize, width, depth, numHeads, mlpDim, numClasses };
  const script = `${import.meta.dirname}/peers/trainingLoop.py`;
  const { stdout, stderr, status } = spawnSync(
    process.env.CXRKIT_PYTHON,
    [script, JSON.stringify(shape), String(availableParallelism())],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const peer = JSON.parse(stdout.trim().split("\n").at(-1));
  console.log(
    `          torch ${peer.torch}, timm ${peer.timm}: ${peer.imagesPerSecond.toFixed(1)} images/s; ours is ${(imagesPerSecond / peer.imagesPerSecond).toFixed(2)} times as fast`,
  );
}
