import { changeImage, drawChange } from "./_augment.js";
import { randomStream } from "./_random.js";
import type { Augmentation } from "./Augmentation.js";

/** What becomes of the bytes of a batch; plain data, which another thread can be sent. */
export interface BatchTask {
  /** Side of the images in pixels. */
  readonly size: number;
  /** Row of each image that is read. */
  readonly rows: Int32Array;
  /** How often each of these rows came before; undefined if no row comes twice on purpose. */
  readonly repeats: Int32Array | undefined;
  /** Number of images in the batch; those beyond the rows repeat the first ones. */
  readonly length: number;
  /** For each channel the number that each grey byte becomes; undefined for bytes. */
  readonly values: readonly Float32Array<ArrayBuffer>[] | undefined;
  readonly augment: Augmentation | undefined;
  readonly seed: number;
  readonly epoch: number;
}

/** Memory for the images of a batch: bytes if they are to be, else numbers. */
export type Images = Uint8Array | Float32Array;

const changeStream = 2;

/** Whether the bytes that are read are those of the batch. */
export function isFinal({ augment, values }: BatchTask): boolean {
  return augment === undefined && values === undefined;
}

/** How many bytes, or numbers, the images of a batch are. */
export function numNumbers({ size, length, values }: BatchTask): number {
  return length * size * size * (values?.length ?? 1);
}

/** How many bytes of memory the images of a batch take. */
export function numImageBytes(task: BatchTask): number {
  return numNumbers(task) * (task.values === undefined ? 1 : Float32Array.BYTES_PER_ELEMENT);
}

/** The images of a batch in memory that threads share, which has at least as many bytes. */
export function sharedImages(task: BatchTask, shared: SharedArrayBuffer): Images {
  const count = numNumbers(task);
  return task.values === undefined ? new Uint8Array(shared, 0, count) : new Float32Array(shared, 0, count);
}

/**
 * Changes images whose bytes lie one after the other in `read`, and lays them out in `images`, which is the same array
 * if {@link isFinal}.
 *
 * @returns Which of them were flipped.
 */
export function batchImages(task: BatchTask, read: Uint8Array, images: Images): readonly boolean[] {
  const { size, rows, repeats, length, values, augment, seed, epoch } = task;
  const numPixels = size * size;
  const step = images.length / length;
  const flipped: boolean[] = [];
  const changed = values === undefined ? undefined : new Uint8Array(numPixels);
  for (const [i, row] of rows.entries()) {
    let greys = read.subarray(i * numPixels, (i + 1) * numPixels);
    if (augment !== undefined) {
      const repeat = repeats?.[i] ?? 0;
      const keys = repeat === 0 ? [seed, epoch, changeStream, row] : [seed, epoch, changeStream, row, repeat];
      const change = drawChange(augment, size, randomStream(...keys));
      const target = changed ?? (images as Uint8Array).subarray(i * numPixels, (i + 1) * numPixels);
      changeImage(greys, target, size, change);
      flipped.push(change.flip);
      greys = target;
    }
    if (values !== undefined)
      writeNumbers(greys, values, (images as Float32Array).subarray(i * step, (i + 1) * step));
  }
  for (let i = rows.length; i < length; i++)
    images.copyWithin(i * step, (i % rows.length) * step, ((i % rows.length) + 1) * step);
  return flipped;
}

/** Grey bytes as the numbers of each channel, channels last. */
function writeNumbers(greys: Uint8Array, values: readonly Float32Array[], numbers: Float32Array): void {
  const [first, second = first, third = first] = values as readonly [Float32Array, ...Float32Array[]];
  const numPixels = greys.length;
  if (values.length === 1)
    for (let p = 0; p < numPixels; p++) numbers[p] = first[greys[p] as number] as number;
  else if (first === second && first === third) repeatValues(greys, first, numbers);
  else
    for (let p = 0, at = 0; p < numPixels; p++, at += 3) {
      const grey = greys[p] as number;
      numbers[at] = first[grey] as number;
      numbers[at + 1] = second[grey] as number;
      numbers[at + 2] = third[grey] as number;
    }
}

/** The same number three times a pixel. */
function repeatValues(greys: Uint8Array, values: Float32Array, numbers: Float32Array): void {
  for (let p = 0, at = 0; p < greys.length; p++, at += 3) {
    const value = values[greys[p] as number] as number;
    numbers[at] = value;
    numbers[at + 1] = value;
    numbers[at + 2] = value;
  }
}
