// What the benchmarks of training steps share: feeds, timing, and arithmetic counted by formula.
import { vitTrainingStep } from "../examples/six-dataset-study/dist/vitTrainingStep.js";

const noise = (length) =>
  Float32Array.from({ length }, (_, i) => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1));

/** Compiles a training step, whose parameters are drawn before the clock starts, and gives a function that runs it once and returns the seconds it took. */
export async function timedStep(runtime, config, batchSize, options = {}) {
  // Drawing the parameters is not compiling: 86 million numbers of a ViT-B take seconds.
  const definition = vitTrainingStep(config, { ...options, batchSize, seed: 1 });
  const begin = performance.now();
  const step = await runtime.compile(definition);
  const compileSeconds = (performance.now() - begin) / 1000;
  const images = noise(batchSize * config.imageSize ** 2 * config.channels);
  const labels = noise(batchSize * config.numClasses).map(Math.round);
  let t = 0;
  const run = async () => {
    t++;
    const start = performance.now();
    const { loss } = await step.run({
      images,
      labels,
      learningRate: Float32Array.of(1e-4),
      biasCorrection1: Float32Array.of(1 - 0.9 ** t),
      biasCorrection2: Float32Array.of(1 - 0.999 ** t),
    });
    const seconds = (performance.now() - start) / 1000;
    if (!Number.isFinite(loss.data[0])) throw new Error(`bench: loss must be finite, got ${loss.data[0]}`);
    return seconds;
  };
  return { run, compileSeconds, memory: step.memory, dispose: () => step.dispose() };
}

/** Floating-point operations of the matrix products of forward and backward (three times forward), without the optimiser. */
export function trainingFlops(config, batchSize) {
  const { imageSize, patchSize, channels, width, depth, mlpDim, pooling, numRegisters = 0 } = config;
  const patches = (imageSize / patchSize) ** 2;
  const tokens = patches + 1 + numRegisters;
  const perBlock = 2 * tokens * (4 * width * width + 2 * width * mlpDim) + 4 * tokens * tokens * width;
  // A head on the class token needs the last block's keys and values of all tokens, and the rest of that token alone.
  const ofClassToken = 2 * (2 * tokens + 2) * width * width + 4 * width * mlpDim + 4 * tokens * width;
  const last = pooling === "cls" ? ofClassToken : perBlock;
  const embedding = 2 * patches * patchSize * patchSize * channels * width;
  return 3 * batchSize * ((depth - 1) * perBlock + last + embedding);
}

/** Middle of a few numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
