import type { Batch } from "./BatchSource.js";

/** A batch of fixed size; rows that were filled up have zero images and a zero mask. */
export interface PaddedBatch {
  /** Pixels, `[batchSize, H, W, C]`. */
  readonly images: Float32Array | Uint8Array;
  /** Labels 1 and 0, `[batchSize, K]`; 0 where the label is ignored. */
  readonly labels: Float32Array;
  /** 1 where the label counts, else 0, `[batchSize, K]`. */
  readonly mask: Float32Array;
  /** Number of labels that count. */
  readonly numLabels: number;
}

/** Brings a batch to the size that the step was compiled for and splits ignored labels off. */
export function padBatch({ images, labels, imageIds }: Batch, batchSize: number): PaddedBatch {
  const rows = imageIds.length;
  const values = new Float32Array((labels.length / rows) * batchSize);
  const mask = new Float32Array(values.length);
  let numLabels = 0;
  for (const [i, label] of labels.entries()) {
    if (Number.isNaN(label)) continue;
    values[i] = label;
    mask[i] = 1;
    numLabels += 1;
  }
  return { images: padImages(images, rows, batchSize), labels: values, mask, numLabels };
}

/** Adds zero images until there are `batchSize`. */
export function padImages<T extends Float32Array | Uint8Array>(
  images: T,
  rows: number,
  batchSize: number,
): T {
  if (rows === batchSize) return images;
  const length = (images.length / rows) * batchSize;
  const padded = (images instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as T;
  padded.set(images);
  return padded;
}
