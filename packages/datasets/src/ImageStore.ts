import type { Table } from "apache-arrow";
import type { Augmentation } from "./Augmentation.js";
import type { LabelPolicy } from "./applyLabelPolicy.js";
import type { Batch, ByteBatch } from "./Batch.js";
import type { Split } from "./Manifest.js";

/** Options of {@link ImageStore.batches} that say which images come, in which order, with which labels. */
export interface BatchOrder {
  /** Number of images in a batch, an integer ≥ 1. */
  readonly batchSize: number;
  /** Split to take; not together with `rows`. @defaultValue all images */
  readonly split?: Split;
  /** Rows of the store to take, in this order; not together with `split`. */
  readonly rows?: ArrayLike<number>;
  /** Findings to take, in the order of the label columns. @defaultValue all findings of the store */
  readonly findings?: readonly string[];
  /** What uncertain and missing labels count as. @defaultValue both negative */
  readonly policy?: LabelPolicy;
  /** Seed of order and augmentation, an integer ≥ 0. @defaultValue `0` */
  readonly seed?: number;
  /** Number of the epoch, an integer ≥ 0: another order and other changes every epoch. @defaultValue `0` */
  readonly epoch?: number;
  /** Whether the images come in random order. @defaultValue `false` */
  readonly shuffle?: boolean;
  /**
   * Finding whose positive and negative images shall come equally often, in random order and as many as there are rows;
   * those whose label is to be ignored never come. Not together with `weights`.
   */
  readonly balance?: string;
  /**
   * How often each of the rows shall come, one number ≥ 0 a row of `split` or `rows`, in any unit; in random order and as
   * many as there are rows. A row that would come x times on average comes ⌊x⌋ or ⌈x⌉ times in an epoch.
   */
  readonly weights?: ArrayLike<number>;
  /** Random changes of the images. @defaultValue none */
  readonly augment?: Augmentation | undefined;
  /**
   * What becomes of a last batch with fewer images: `keep` it short, `drop` it, or `pad` it to full length by repeating
   * its images with labels NaN. @defaultValue `"keep"`
   */
  readonly lastBatch?: "keep" | "drop" | "pad";
  /** Number of the batch to begin with, to go on inside an epoch. @defaultValue `0` */
  readonly start?: number;
  /**
   * Number of batches that are made or lie ready while one is in use, an integer from 0 to 64.
   * @defaultValue `1`, or two a worker
   */
  readonly prefetch?: number;
  /**
   * Number of worker threads that read and change the images, an integer from 0 to 64; the batches are the same. They
   * start with the first batch and live as long as the store. Worth it where the step leaves processors free, as on a
   * GPU. @defaultValue `0`, the thread that asks
   */
  readonly workers?: number;
}

/** Options of {@link ImageStore.batches} for images as numbers. */
export interface BatchesOptions extends BatchOrder {
  /** Images as Float32 numbers. @defaultValue `"float32"` */
  readonly pixels?: "float32";
  /** Number of equal channels. @defaultValue `3` */
  readonly channels?: 1 | 3;
  /** Subtracted from the values of [0, 1]; one number, or one a channel. @defaultValue `0` */
  readonly mean?: number | readonly number[];
  /** Divides the values after that; one number, or one a channel, above 0. @defaultValue `1` */
  readonly std?: number | readonly number[];
}

/** Options of {@link ImageStore.batches} for images as bytes of one channel, a twelfth of the memory of numbers. */
export interface ByteBatchesOptions extends BatchOrder {
  /** Images as bytes, not normalised. */
  readonly pixels: "uint8";
}

/** An open image store: the manifest's columns are read when they are first asked for, the pixels stay on disk. */
export interface ImageStore extends AsyncDisposable {
  /** Path of the file. */
  readonly path: string;
  /** Number of images. */
  readonly numImages: number;
  /** Side of the images in pixels. */
  readonly size: number;
  /** Findings that the store has labels for. */
  readonly findings: readonly string[];
  /** The manifest's columns, one row an image; read at the first access, some 100 bytes of memory a row. */
  readonly table: Table;
  /** Provenance: dataset, version, licence, recipe and its hash, and so on. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Rows of a split, ascending; all rows without one. */
  rows(split?: Split): Int32Array;
  /** Grey bytes of one image, shape `[size, size]`, read from the file at one offset. */
  pixels(row: number): Promise<Uint8Array>;
  /**
   * The images in batches. Order and random changes depend on seed, epoch and row alone, on every machine, so that
   * `start` gives exactly the batches that were left. While a batch is in use, `prefetch` more are made and no more.
   */
  batches(options: BatchesOptions): AsyncIterable<Batch>;
  /** The images in batches of grey bytes, shape `[B, H, W, 1]`. */
  batches(options: ByteBatchesOptions): AsyncIterable<ByteBatch>;
  /**
   * Gives a batch back whose images are no longer needed: a later batch of this store may then take over their memory,
   * which spares the processor the making of fresh memory, the more with workers. Its images must not be looked at
   * afterwards. Whoever gives nothing back gets fresh memory for each batch.
   *
   * @throws RangeError if the batch is not of this store, or was given back before.
   */
  release(batch: Batch | ByteBatch): void;
  /** Closes the file; the store cannot be read afterwards. */
  close(): Promise<void>;
}
