import { batchImages, isFinal } from "./_batchImages.js";
import { type BatchOrigin, type BatchPlan, type MakeImages, planBatches } from "./_planBatches.js";
import { prefetched } from "./_prefetch.js";
import type { Batch, ByteBatch } from "./Batch.js";
import type { BatchesOptions, ByteBatchesOptions } from "./ImageStore.js";

/** Checks the options at once, then gives batch after batch. */
export function makeBatches(
  origin: BatchOrigin,
  options: BatchesOptions | ByteBatchesOptions,
): AsyncIterable<Batch | ByteBatch> {
  const { start = 0, workers = 0, prefetch = Math.max(1, 2 * workers) } = options;
  const plan = planBatches(origin, options);
  return {
    [Symbol.asyncIterator]: () => {
      const makeImages = origin.threads.makeImages(workers) ?? imagesHere(origin, plan);
      return prefetched(start, plan.numBatches, prefetch, (batch) =>
        makeBatch(origin, plan, batch, makeImages),
      );
    },
  };
}

/** Makes images in this thread; bytes that are read to be changed go into arrays that are kept for the next batch. */
function imagesHere({ size, readInto, memory }: BatchOrigin, { batchSize }: BatchPlan): MakeImages {
  const spare: Uint8Array[] = [];
  return async (task) => {
    const images = memory.take(task);
    const read = isFinal(task)
      ? (images as Uint8Array)
      : (spare.pop() ?? new Uint8Array(batchSize * size * size));
    await readInto(task.rows, read);
    const flipped = batchImages(task, read, images);
    if (!isFinal(task)) spare.push(read);
    return { images, flipped };
  };
}

/** Has the images of one batch made, and puts labels and identifiers beside them. */
async function makeBatch(
  { size, table, memory }: BatchOrigin,
  plan: BatchPlan,
  batch: number,
  makeImages: MakeImages,
): Promise<Batch | ByteBatch> {
  const { batchSize, order, repeats, values, augment, seed, epoch, pad } = plan;
  const first = batch * batchSize;
  const numValid = Math.min(batchSize, order.length - first);
  const length = pad ? batchSize : numValid;
  const rows = Int32Array.from({ length }, (_, i) => order[first + (i % numValid)] as number);
  const { images, flipped } = await makeImages({
    size,
    rows: rows.slice(0, numValid),
    repeats: repeats?.slice(first, first + numValid),
    length,
    values,
    augment,
    seed,
    epoch,
  });
  const column = (name: string) => {
    const strings = table.getChild(name);
    return Array.from(rows, (row) => strings?.get(row) as string);
  };
  const shape = [length, size, size, values?.length ?? 1] as const;
  const labels = labelsOf(plan, first, numValid, length, flipped);
  const ids = { imageIds: column("imageId"), patientIds: column("patientId") };
  return memory.lend({ images, labels, shape, ...ids, rows, numValid } as Batch | ByteBatch);
}

/** Labels of a batch: sides exchanged where the image was flipped, NaN where it only fills the batch. */
function labelsOf(
  { labels, labelColumns, partners }: BatchPlan,
  first: number,
  numValid: number,
  length: number,
  flipped: readonly boolean[],
): Float32Array {
  const numFindings = partners.length;
  const result = new Float32Array(length * numFindings).fill(Number.NaN, numValid * numFindings);
  for (let i = 0; i < numValid; i++)
    for (let k = 0; k < numFindings; k++) {
      const column = flipped[i] === true ? (partners[k] as number) : k;
      result[i * numFindings + k] = labels[(first + i) * labelColumns + column] as number;
    }
  return result;
}
