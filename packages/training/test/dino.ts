import * as tf from "@tensorflow/tfjs-core";
import fixture from "../fixtures/dino/trajectories.json" with { type: "json" };
import type { BatchSource, PretrainableModel } from "../src/index.js";
import { float32 } from "./tinyRun.js";

const flat = (values: unknown): number[] => [values].flat(3) as number[];

const shapes: Readonly<Record<string, readonly number[]>> = {
  mask_token: [6],
  "embed.weight": [6, 16],
  "embed.bias": [6],
  "mix.weight": [5, 6],
  "mix.bias": [5],
  "dino_head.mlp.0.weight": [7, 5],
  "dino_head.mlp.0.bias": [7],
  "dino_head.mlp.2.weight": [7, 7],
  "dino_head.mlp.2.bias": [7],
  "dino_head.mlp.4.weight": [4, 7],
  "dino_head.mlp.4.bias": [4],
  "dino_head.last_layer.weight": [9, 4],
};

const { start } = fixture.input;

/** Parameters of the fixture whose names begin, or do not begin, as those of the head. */
function startOf(isHead: boolean) {
  return new Map(
    Object.entries(shapes)
      .filter(([name]) => name.startsWith("dino_head.") === isHead)
      .map(([name, shape]) => [name, float32(shape, flat((start as Record<string, unknown>)[name]))]),
  );
}

/** Parameters of the head of the fixture. */
export const dinoHeadParameters = startOf(true);

/** The network of the fixture: patches of 4 px through two layers; the image's vector is the mean of its patches'. */
export const dinoModel: PretrainableModel = {
  parameters: startOf(false),
  width: 5,
  patchSize: 4,
  features: (p, images, mask) => {
    const [rows, size] = images.shape;
    const side = size / 4;
    const grey = tf.sub(tf.div(images, 255), 0.5);
    const cut = tf.transpose(tf.reshape(grey, [rows, side, 4, side, 4]), [0, 1, 3, 2, 4]);
    const linear = (x: tf.Tensor, name: string) =>
      tf.add(tf.matMul(x, p[`${name}.weight`]!, false, true), p[`${name}.bias`]!);
    let tokens = linear(tf.reshape(cut, [rows * side * side, 16]), "embed");
    if (mask !== undefined) {
      const hidden = tf.reshape(mask, [-1, 1]);
      tokens = tf.add(
        tf.mul(tokens, tf.sub(1, hidden)),
        tf.matMul(hidden, tf.reshape(p.mask_token!, [1, 6])),
      );
    }
    const patches = tf.reshape(linear(tf.tanh(tokens), "mix"), [rows, side * side, 5]) as tf.Tensor3D;
    return { image: tf.mean(patches, 1) as tf.Tensor2D, patches };
  },
};

/** Grey images of noise and slopes without labels, the same on every machine. */
export function greySource(numImages: number, batchSize: number, size = 12): BatchSource {
  let state = 99;
  const uniform = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const images = Array.from({ length: numImages }, () => {
    const [across, down, light] = [uniform() - 0.5, uniform() - 0.5, 80 + 80 * uniform()];
    return Uint8Array.from(
      { length: size * size },
      (_, i) => light + 8 * (across * (i % size) + down * Math.floor(i / size)) + 40 * (uniform() - 0.5),
    );
  });
  return {
    numImages,
    findings: [],
    async *batches({ epoch, start: from }) {
      for (let first = from * batchSize; first < numImages; first += batchSize) {
        const rows = Array.from({ length: Math.min(batchSize, numImages - first) }, (_, i) => first + i);
        const order = rows.map((row) => (row * 7 + epoch) % numImages);
        const bytes = new Uint8Array(order.length * size * size);
        for (const [i, row] of order.entries()) bytes.set(images[row]!, i * size * size);
        const ids = order.map((row) => `image-${row}`);
        yield { images: bytes, labels: new Float32Array(0), imageIds: ids, patientIds: ids };
      }
    },
  };
}
