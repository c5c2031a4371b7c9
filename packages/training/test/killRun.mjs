// A run to be killed: a small network on drawn images, a checkpoint every five updates, a log, predictions at the end.
// Called again with the same folder it goes on. The command is: node killRun.mjs FOLDER
import { join } from "node:path";
import { openRuntime } from "@cxrkit/runtime";
import { cosineSchedule, fit, openJsonlLog, predict, writePredictions } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { openCheckpoint, writeSafetensors } from "../../weights/dist/index.js";

const size = 8;
const widths = [size * size, 1024, 256, 2];
const batchSize = 8;
const findings = ["nodule", "mass"];

/** Numbers in [0, 1) that depend on nothing but their index. */
const drawn = (index) => Math.abs((Math.sin(index * 12.9898) * 43758.5453) % 1);

function initialParameters() {
  const parameters = new Map();
  for (const [layer, numIn] of widths.slice(0, -1).entries()) {
    const numOut = widths[layer + 1];
    const data = Float32Array.from(
      { length: numIn * numOut },
      (_, i) => (drawn(i + 1e6 * layer) - 0.5) / Math.sqrt(numIn),
    );
    parameters.set(`layers.${layer}.weight`, { dtype: "float32", shape: [numIn, numOut], data });
    parameters.set(`layers.${layer}.bias`, {
      dtype: "float32",
      shape: [numOut],
      data: new Float32Array(numOut),
    });
  }
  return parameters;
}

const model = {
  parameters: initialParameters(),
  imageShape: [size, size, 1],
  numClasses: findings.length,
  logits: (p, images) => {
    const layer = (x, i) => tf.add(tf.matMul(x, p[`layers.${i}.weight`]), p[`layers.${i}.bias`]);
    const hidden = tf.tanh(layer(tf.reshape(images, [-1, size * size]), 0));
    return layer(tf.tanh(layer(hidden, 1)), 2);
  },
};

function source(numImages, first) {
  return {
    numImages,
    findings,
    async *batches({ epoch, start }) {
      // Another order in each epoch, so that going on in the wrong one shows.
      const order = Array.from({ length: numImages }, (_, i) => (7 * i + 5 * epoch) % numImages);
      for (let from = start * batchSize; from < numImages; from += batchSize) {
        const rows = order.slice(from, from + batchSize).map((row) => first + row);
        yield {
          images: Float32Array.from(
            rows.flatMap((row) => Array.from({ length: size * size }, (_, i) => drawn(64 * row + i))),
          ),
          labels: Float32Array.from(
            rows.flatMap((row) => findings.map((_, k) => Number(drawn(64 * row + 9 * k) > 0.5))),
          ),
          imageIds: rows.map((row) => `image-${row}`),
          patientIds: rows.map((row) => `patient-${row >> 1}`),
        };
      }
    },
  };
}

const tensorFile = {
  write: (path, tensors, metadata) => writeSafetensors(path, tensors, metadata),
  async read(path) {
    const checkpoint = await openCheckpoint(path);
    try {
      const tensors = new Map();
      for (const name of checkpoint.names) tensors.set(name, await checkpoint.get(name));
      return { metadata: checkpoint.metadata, tensors };
    } finally {
      await checkpoint.close();
    }
  },
};

const folder = process.argv[2];
const runtime = await openRuntime("onnx-cpu");
const log = await openJsonlLog(join(folder, "updates.jsonl"), { oneRun: true });
const test = source(21, 1000);
const result = await fit(
  model,
  { train: source(100, 0), validation: source(24, 500) },
  {
    runtime,
    epochs: 4,
    batchSize,
    learningRate: cosineSchedule({ peak: 1e-3, numSteps: 52, numWarmUpSteps: 5 }),
    weightDecay: 0.05,
    maxGradientNorm: 1,
    ema: { decay: 0.9 },
    validateEvery: { steps: 5 },
    seed: 1,
    folder,
    tensorFile,
    loggers: [log],
    onWarning: (message) => console.log(message),
  },
);
await log.close();
await writeSafetensors(join(folder, "final.safetensors"), result.parameters);
const options = { runtime, batchSize, metadata: { split: "test" } };
await writePredictions(
  join(folder, "test.arrow"),
  await predict({ ...model, parameters: result.best.parameters }, test, options),
);
