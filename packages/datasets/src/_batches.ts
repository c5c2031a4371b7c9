import { changeImage, drawChange } from "./_augment.js";
import { type BatchOrigin, type BatchPlan, planBatches } from "./_planBatches.js";
import { prefetched } from "./_prefetch.js";
import { randomStream } from "./_random.js";
import type { Batch, ByteBatch } from "./Batch.js";
import type { BatchesOptions, ByteBatchesOptions } from "./ImageStore.js";

const changeStream = 2;

/** Checks the options at once, then gives batch after batch. */
export function makeBatches(
  origin: BatchOrigin,
  options: BatchesOptions | ByteBatchesOptions,
): AsyncIterable<Batch | ByteBatch> {
  const { start = 0, prefetch = 1 } = options;
  const plan = planBatches(origin, options);
  return {
    [Symbol.asyncIterator]: () => {
      const spare: Uint8Array[] = [];
      return prefetched(start, plan.numBatches, prefetch, (batch) => makeBatch(origin, plan, batch, spare));
    },
  };
}

/** Reads, changes and lays out the images of one batch; `spare` keeps the bytes that were read into for the next one. */
async function makeBatch(
  { size, table, readInto }: BatchOrigin,
  plan: BatchPlan,
  batch: number,
  spare: Uint8Array[],
): Promise<Batch | ByteBatch> {
  const { batchSize, order, values, augment, pad } = plan;
  const numPixels = size * size;
  const first = batch * batchSize;
  const numValid = Math.min(batchSize, order.length - first);
  const length = pad ? batchSize : numValid;
  const rows = Int32Array.from({ length }, (_, i) => order[first + (i % numValid)] as number);
  const isFinal = augment === undefined && values === undefined;
  const read = isFinal
    ? new Uint8Array(length * numPixels)
    : (spare.pop() ?? new Uint8Array(batchSize * numPixels));
  await readInto(rows.subarray(0, numValid), read);
  const { greys, flipped } = changed(plan, first, rows.subarray(0, numValid), read, size, length);
  if (greys !== read) spare.push(read);
  const images =
    values === undefined ? greys : numbersOf(greys, values, numValid * numPixels, length * numPixels);
  if (values !== undefined && greys === read) spare.push(read);
  for (let i = numValid, step = images.length / length; i < length; i++)
    images.copyWithin(i * step, (i % numValid) * step, ((i % numValid) + 1) * step);
  const column = (name: string) => {
    const strings = table.getChild(name);
    return Array.from(rows, (row) => strings?.get(row) as string);
  };
  const shape = [length, size, size, values?.length ?? 1] as const;
  const labels = labelsOf(plan, first, numValid, length, flipped);
  const ids = { imageIds: column("imageId"), patientIds: column("patientId") };
  return { images, labels, shape, ...ids, rows, numValid } as Batch | ByteBatch;
}

/** The images after their random changes, and which of them were flipped. */
function changed(
  { augment, seed, epoch, repeats }: BatchPlan,
  first: number,
  rows: Int32Array,
  read: Uint8Array,
  size: number,
  length: number,
): { readonly greys: Uint8Array; readonly flipped: readonly boolean[] } {
  if (augment === undefined) return { greys: read, flipped: [] };
  const numPixels = size * size;
  const greys = new Uint8Array(length * numPixels);
  const flipped: boolean[] = [];
  rows.forEach((row, i) => {
    const repeat = repeats?.[first + i] ?? 0;
    const keys = repeat === 0 ? [seed, epoch, changeStream, row] : [seed, epoch, changeStream, row, repeat];
    const change = drawChange(augment, size, randomStream(...keys));
    const [begin, end] = [i * numPixels, (i + 1) * numPixels];
    changeImage(read.subarray(begin, end), greys.subarray(begin, end), size, change);
    flipped.push(change.flip);
  });
  return { greys, flipped };
}

/** Grey bytes as the numbers of each channel, channels last. */
function numbersOf(
  greys: Uint8Array,
  values: readonly Float32Array[],
  numPixels: number,
  length: number,
): Float32Array {
  const numbers = new Float32Array(length * values.length);
  const [first, second = first, third = first] = values as readonly [Float32Array, ...Float32Array[]];
  if (values.length === 1)
    for (let p = 0; p < numPixels; p++) numbers[p] = first[greys[p] as number] as number;
  else if (first === second && first === third) repeatValues(greys, first, numPixels, numbers);
  else
    for (let p = 0, at = 0; p < numPixels; p++, at += 3) {
      const grey = greys[p] as number;
      numbers[at] = first[grey] as number;
      numbers[at + 1] = second[grey] as number;
      numbers[at + 2] = third[grey] as number;
    }
  return numbers;
}

/** The same number three times a pixel. */
function repeatValues(
  greys: Uint8Array,
  values: Float32Array,
  numPixels: number,
  numbers: Float32Array,
): void {
  for (let p = 0, at = 0; p < numPixels; p++, at += 3) {
    const value = values[greys[p] as number] as number;
    numbers[at] = value;
    numbers[at + 1] = value;
    numbers[at + 2] = value;
  }
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
