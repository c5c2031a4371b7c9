import { openRuntime } from "@cxrkit/runtime";
import { type BatchSource, fit, predict } from "@cxrkit/training";
import * as tf from "@tensorflow/tfjs-core";

// 48 images of 8 × 8 pixels; where the finding is present, the centre is brighter.
const numImages = 48;
const present = (row: number) => (row % 3 === 0 ? 1 : 0);
const noise = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;
const centre = new Set([27, 28, 35, 36]);
const image = (row: number) =>
  Array.from({ length: 64 }, (_, i) => 0.5 * noise(64 * row + i) + (centre.has(i) ? 0.5 * present(row) : 0));

const source: BatchSource = {
  numImages,
  findings: ["nodule"],
  async *batches({ start }) {
    for (let first = start * 16; first < numImages; first += 16) {
      const rows = Array.from({ length: 16 }, (_, i) => first + i);
      yield {
        images: Float32Array.from(rows.flatMap(image)),
        labels: Float32Array.from(rows.map(present)),
        imageIds: rows.map((row) => `image-${row}`),
        patientIds: rows.map((row) => `patient-${row}`),
      };
    }
  },
};

// Logistic regression on the pixels; a vision transformer has the same four properties.
const model = {
  parameters: new Map([
    ["head.weight", { dtype: "float32", shape: [1, 64], data: new Float32Array(64) } as const],
    ["head.bias", { dtype: "float32", shape: [1], data: new Float32Array(1) } as const],
  ]),
  imageShape: [8, 8, 1] as const,
  numClasses: 1,
  logits: (p: Readonly<Record<string, tf.Tensor>>, images: tf.Tensor4D): tf.Tensor2D =>
    tf.add(tf.matMul(tf.reshape(images, [-1, 64]), p["head.weight"]!, false, true), p["head.bias"]!),
};

const runtime = await openRuntime("auto");
export const { history, parameters } = await fit(
  model,
  { train: source },
  { runtime, epochs: 20, batchSize: 16, learningRate: 0.1, weightDecay: 0.01, positiveWeights: [2] },
);

const trained = { ...model, parameters };
export const predictions = await predict(trained, source, { runtime, batchSize: 16 });
