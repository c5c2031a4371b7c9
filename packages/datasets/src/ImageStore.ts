import type { Table } from "apache-arrow";
import type { Augmentation } from "./Augmentation.js";
import type { LabelPolicy } from "./applyLabelPolicy.js";
import type { Batch } from "./Batch.js";
import type { Split } from "./Manifest.js";

/** Options of {@link ImageStore.batches}. */
export interface BatchesOptions {
  /** Number of images in a batch, an integer ≥ 1; the last batch may be shorter. */
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
  /** Random changes of the images. @defaultValue none */
  readonly augment?: Augmentation | undefined;
  /** Whether a last batch with fewer images is left out. @defaultValue `false` */
  readonly dropLast?: boolean;
  /** Number of equal channels. @defaultValue `3` */
  readonly channels?: 1 | 3;
  /** Subtracted from the values of [0, 1]; one number, or one a channel. @defaultValue `0` */
  readonly mean?: number | readonly number[];
  /** Divides the values after that; one number, or one a channel, above 0. @defaultValue `1` */
  readonly std?: number | readonly number[];
  /** Number of the batch to begin with, to go on inside an epoch. @defaultValue `0` */
  readonly start?: number;
}

/** An open image store: the manifest's columns in memory, the pixels on disk. */
export interface ImageStore extends AsyncDisposable {
  /** Path of the file. */
  readonly path: string;
  /** Number of images. */
  readonly numImages: number;
  /** Side of the images in pixels. */
  readonly size: number;
  /** Findings that the store has labels for. */
  readonly findings: readonly string[];
  /** The manifest's columns, one row an image. */
  readonly table: Table;
  /** Provenance: dataset, version, licence, recipe and its hash, and so on. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Rows of a split, ascending; all rows without one. */
  rows(split?: Split): Int32Array;
  /** Grey bytes of one image, shape `[size, size]`, read from the file at one offset. */
  pixels(row: number): Promise<Uint8Array>;
  /**
   * The images in batches. Order and random changes depend on seed, epoch and row alone, so that `start` gives
   * exactly the batches that were left. The pixels of the next batch are read while a batch is in use.
   */
  batches(options: BatchesOptions): AsyncIterable<Batch>;
  /** Closes the file; the store cannot be read afterwards. */
  close(): Promise<void>;
}
