import { seededRandom } from "@cxrkit/statistics";
import type { Batch, BatchSource } from "@cxrkit/training";
import type { GreyImages } from "./drawNaturalImages.js";

/** Images in memory as `training` wants them, in an order that the seed and the epoch decide; without a seed as they are. */
export function greySource(images: GreyImages, batchSize: number, seed?: number): BatchSource {
  const { pixels, size, labels, findings, patients } = images;
  const numImages = patients.length;
  const length = size * size;
  const width = findings.length;
  return {
    numImages,
    findings,
    async *batches({ epoch, start }): AsyncGenerator<Batch> {
      const order = orderOf(numImages, seed === undefined ? undefined : seed * 100_003 + epoch);
      for (let first = start * batchSize; first < numImages; first += batchSize) {
        const rows = order.slice(first, first + batchSize);
        const bytes = new Uint8Array(rows.length * length);
        const wanted = new Float32Array(rows.length * width);
        for (const [i, row] of rows.entries()) {
          bytes.set(pixels.subarray(row * length, (row + 1) * length), i * length);
          wanted.set(labels.subarray(row * width, (row + 1) * width), i * width);
        }
        const imageIds = Array.from(rows, (row) => `image-${row}`);
        const patientIds = Array.from(rows, (row) => patients[row] as string);
        yield { images: bytes, labels: wanted, imageIds, patientIds };
      }
    },
  };
}

function orderOf(numImages: number, seed: number | undefined): Int32Array {
  const order = Int32Array.from({ length: numImages }, (_, i) => i);
  if (seed === undefined) return order;
  const random = seededRandom(seed);
  for (let i = numImages - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
