// Checkpoints of a ViT-B with its moments, 1 GB each: how long training stands still for one, how much longer the
// updates beside the writing take, and the rate at which the file is safe, against the same bytes written and flushed
// plainly in the same run. The command is: npm run bench -- checkpointWrite
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { fit as trainModel } from "../packages/training/dist/index.js";
import { openCheckpoint, writeSafetensors } from "../packages/weights/dist/index.js";

const WIDTH = 768;
const BLOCKS = 12;
/** Updates of an epoch: enough that a file is written before the next is due, as in any run of the study. */
const EVERY = 120;
const SAVES = 6;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The weights of a ViT-B; only the first is used, so that an update takes some time and no arithmetic of a ViT. */
function parameters() {
  const array = (...shape) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++) data[i] = 0.01 * (((i * 2654435761) >>> 16) / 65536 - 0.5);
    return { dtype: "float32", shape, data };
  };
  const entries = [["head.weight", array(14, WIDTH)]];
  for (let i = 0; i < BLOCKS; i++) {
    entries.push([`blocks.${i}.attn.qkv.weight`, array(3 * WIDTH, WIDTH)]);
    entries.push([`blocks.${i}.attn.proj.weight`, array(WIDTH, WIDTH)]);
    entries.push([`blocks.${i}.mlp.fc1.weight`, array(4 * WIDTH, WIDTH)]);
    entries.push([`blocks.${i}.mlp.fc2.weight`, array(WIDTH, 4 * WIDTH)]);
  }
  return new Map(entries);
}

const model = {
  parameters: parameters(),
  imageShape: [16, 16, 3],
  numClasses: 14,
  // Some products of the first block take the time of a small ViT's update.
  logits: (p, images) => {
    let x = tf.reshape(images, [-1, WIDTH]);
    for (let i = 0; i < 2; i++) {
      const hidden = tf.tanh(tf.matMul(x, p[`blocks.${i}.mlp.fc1.weight`], false, true));
      x = tf.add(x, tf.matMul(hidden, p[`blocks.${i}.mlp.fc2.weight`], false, true));
    }
    return tf.matMul(x, p["head.weight"], false, true);
  },
};
const batchSize = 128;
const numImages = batchSize * EVERY;
const images = new Float32Array(batchSize * WIDTH).map((_, i) => Math.sin(i));
const train = {
  numImages,
  findings: Array.from({ length: 14 }, (_, i) => `finding_${i}`),
  async *batches({ start }) {
    for (let first = start * batchSize; first < numImages; first += batchSize) {
      const ids = Array.from({ length: batchSize }, (_, i) => String(first + i));
      yield { images, labels: new Float32Array(batchSize * 14), imageIds: ids, patientIds: ids };
    }
  },
};

/** The same bytes from one buffer, written and flushed. */
async function writePlain(path, bytes) {
  const piece = new Uint8Array(8 * 2 ** 20).fill(7);
  const start = performance.now();
  const file = await open(path, "w");
  for (let done = 0; done < bytes; done += piece.length)
    await file.write(piece, 0, Math.min(piece.length, bytes - done));
  await file.sync();
  await file.close();
  const seconds = (performance.now() - start) / 1000;
  await rm(path);
  return seconds;
}

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
try {
  const writes = [];
  const tensorFile = {
    async write(path, tensors, metadata) {
      const start = performance.now();
      await writeSafetensors(path, tensors, metadata);
      writes.push((performance.now() - start) / 1000);
    },
    read: async (path) => {
      const checkpoint = await openCheckpoint(path);
      return { metadata: checkpoint.metadata, tensors: new Map() };
    },
  };
  const times = [];
  const run = async (options) => {
    times.length = 0;
    const { warnings } = await trainModel(
      model,
      { train },
      {
        runtime: await openRuntime("onnx-cpu"),
        epochs: SAVES + 1,
        batchSize,
        learningRate: 1e-4,
        onStep: () => times.push(performance.now()),
        ...options,
      },
    );
    if (warnings.length > 0) throw new Error(warnings[0]);
    return times.slice(1).map((time, i) => (time - times[i]) / 1000);
  };
  const without = await run({});
  const step = median(without.slice(EVERY));
  const with_ = await run({ folder: join(folder, "run"), tensorFile, keep: 1 });
  // The first difference after an epoch holds the end of it; the first epoch warms up, and after the last nothing waits.
  const stops = [];
  const slowed = [];
  for (let save = 2; save <= SAVES; save++) {
    const at = save * EVERY - 1;
    stops.push(with_[at] - step);
    slowed.push(with_.slice(at + 1, at + EVERY).reduce((sum, one) => sum + one - step, 0));
  }
  const name = readdirSync(join(folder, "run")).find((file) => file.startsWith("epoch-"));
  const bytes = statSync(join(folder, "run", name)).size;
  const plain = [];
  for (let i = 0; i < 3; i++) plain.push(await writePlain(join(folder, "plain"), bytes));
  const rate = (seconds) => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
  console.log(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}`);
  console.log(`checkpoint of ${(bytes / 1e6).toFixed(0)} MB, update ${(1000 * step).toFixed(0)} ms`);
  console.log(
    `training stands still for ${(1000 * median(stops)).toFixed(0)} ms a checkpoint (${stops.map((stop) => (1000 * stop).toFixed(0)).join(", ")})`,
  );
  console.log(`the updates beside the writing take ${(1000 * median(slowed)).toFixed(0)} ms longer in all`);
  const alone = writes.at(-1);
  console.log(
    `file: ${rate(median(writes))} beside updates, ${rate(alone)} alone; written and flushed plainly ${rate(median(plain))}; ratio ${(median(plain) / alone).toFixed(2)} alone, ${(median(plain) / median(writes)).toFixed(2)} beside`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
