import { readFile, rename, writeFile } from "node:fs/promises";
import type { NamedArray } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch, BatchSource, StoredTensor, TensorFile, TrainableModel } from "../src/index.js";

/** A float32 array with a shape. */
export function float32(shape: readonly number[], values: ArrayLike<number>): NamedArray {
  return { dtype: "float32", shape, data: Float32Array.from(values) };
}

/** One linear layer on all pixels; weight `[K, H·W·C]` and bias `[K]`, zeros unless given. */
export function linearModel(
  imageShape: readonly [number, number, number],
  numClasses: number,
  weight?: ArrayLike<number>,
): TrainableModel {
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  return {
    parameters: new Map([
      ["weight", float32([numClasses, size], weight ?? new Float32Array(numClasses * size))],
      ["bias", float32([numClasses], new Float32Array(numClasses))],
    ]),
    imageShape,
    numClasses,
    logits: ({ weight: w, bias }, images) =>
      tf.add(tf.matMul(tf.reshape(images, [-1, size]), w as tf.Tensor2D, false, true), bias as tf.Tensor),
  };
}

/** Images and labels in memory. */
export interface Rows {
  /** Pixels of each image. */
  readonly images: readonly (readonly number[])[];
  /** Labels of each image; null is ignored. */
  readonly labels: readonly (readonly (number | null)[])[];
}

/** A source over rows in memory; in epoch e, from 1, the order begins at row `shift · (e − 1)`. */
export function sourceOf(
  { images, labels }: Rows,
  batchSize: number,
  findings: readonly string[],
  shift = 0,
): BatchSource {
  const numImages = images.length;
  return {
    numImages,
    findings,
    async *batches({ epoch, start }): AsyncGenerator<Batch> {
      const order = images.map((_, i) => (i + shift * Math.max(epoch - 1, 0)) % numImages);
      for (let first = start * batchSize; first < numImages; first += batchSize) {
        const rows = order.slice(first, first + batchSize);
        yield {
          images: Float32Array.from(rows.flatMap((row) => images[row] as number[])),
          labels: Float32Array.from(rows.flatMap((row) => labels[row]!.map((label) => label ?? Number.NaN))),
          imageIds: rows.map((row) => `image-${row}`),
          patientIds: rows.map((row) => `patient-${row >> 1}`),
        };
      }
    },
  };
}

/** Images whose brightness in a corner depends on the finding; the same on every machine. */
export function cornerRows(numImages: number, size = 4): Rows {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const rows = Array.from({ length: numImages }, () => {
    const labels = [uniform() < 0.4 ? 1 : 0, uniform() < 0.5 ? 1 : 0];
    const image = Array.from({ length: size * size }, () => 0.5 * uniform());
    if (labels[0] === 1) image[0] = image[0]! + 0.4;
    if (labels[1] === 1) image[size * size - 1] = image[size * size - 1]! + 0.4;
    return { image, labels: uniform() < 0.1 ? [labels[0]!, null] : labels };
  });
  return { images: rows.map(({ image }) => image), labels: rows.map(({ labels }) => labels) };
}

/** A tensor file of JSON, whole or not at all. */
export const jsonTensorFile: TensorFile = {
  async write(path, tensors, metadata) {
    const entries = [...tensors].map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") },
    ]);
    await writeFile(`${path}.tmp`, JSON.stringify({ metadata, tensors: Object.fromEntries(entries) }));
    await rename(`${path}.tmp`, path);
  },
  async read(path) {
    const { metadata, tensors } = JSON.parse(await readFile(path, "utf8"));
    const decode = ({
      dtype,
      shape,
      data,
    }: {
      dtype: string;
      shape: number[];
      data: string;
    }): StoredTensor => ({
      dtype,
      shape,
      data: new Float32Array(Uint8Array.from(Buffer.from(data, "base64")).buffer),
    });
    return {
      metadata,
      tensors: new Map(Object.entries(tensors).map(([name, stored]) => [name, decode(stored as never)])),
    };
  },
};

/** The same numbers by name, for exact comparison. */
export function numbersOf(arrays: ReadonlyMap<string, NamedArray>): Record<string, number[]> {
  return Object.fromEntries([...arrays].map(([name, { data }]) => [name, [...data]]));
}
