import type { Table } from "apache-arrow";
import { requireAugmentation } from "./_augment.js";
import type { BatchTask, Images } from "./_batchImages.js";
import type { BatchThreads } from "./_batchThreads.js";
import { channelValues } from "./_channelValues.js";
import { requireBetween, requireInteger, requireOneOf } from "./_check.js";
import type { ImageMemory } from "./_imageMemory.js";
import { orderRows } from "./_orderRows.js";
import { randomStream } from "./_random.js";
import { sidesOf } from "./_sides.js";
import type { Augmentation } from "./Augmentation.js";
import { applyLabelPolicy } from "./applyLabelPolicy.js";
import type { BatchesOptions, ByteBatchesOptions } from "./ImageStore.js";
import type { Split } from "./Manifest.js";

/** What batches are made from. */
export interface BatchOrigin {
  readonly size: number;
  readonly table: Table;
  readonly findings: readonly string[];
  readonly rows: (split?: Split) => Int32Array;
  /** Reads the pixels of the rows one after the other into `target`. */
  readonly readInto: (rows: Int32Array, target: Uint8Array) => Promise<void>;
  readonly threads: BatchThreads;
  readonly memory: ImageMemory;
}

/** The images of a batch, and which of them were flipped. */
interface MadeImages {
  readonly images: Images;
  readonly flipped: readonly boolean[];
}

/** Makes the images of a batch, in this thread or another. */
export type MakeImages = (task: BatchTask) => Promise<MadeImages>;

/** Everything about a pass through a store that is decided before its first batch. */
export interface BatchPlan {
  readonly batchSize: number;
  readonly numBatches: number;
  readonly pad: boolean;
  /** Row of each image. */
  readonly order: Int32Array;
  /** How often the row of each image came before; undefined if no row comes twice on purpose. */
  readonly repeats: Int32Array | undefined;
  /** Labels, shape `[order.length, labelColumns]`: the findings asked for and the other sides that flips need. */
  readonly labels: Float32Array;
  readonly labelColumns: number;
  /** For each finding the column of its label in a flipped image. */
  readonly partners: Int32Array;
  /** For each channel the number that each grey byte becomes; undefined for bytes. */
  readonly values: readonly Float32Array<ArrayBuffer>[] | undefined;
  readonly augment: Augmentation | undefined;
  readonly seed: number;
  readonly epoch: number;
}

const where = "ImageStore.batches";
const orderStream = 1;

/** Checks the options and decides on order and labels. */
export function planBatches(origin: BatchOrigin, options: BatchesOptions | ByteBatchesOptions): BatchPlan {
  const { batchSize, lastBatch = "keep", start = 0, prefetch = 1, workers = 0 } = options;
  const { seed = 0, epoch = 0 } = options;
  const { augment, policy, findings = origin.findings } = options;
  requireInteger(where, "batchSize", batchSize, 1);
  requireInteger(where, "start", start, 0);
  requireInteger(where, "prefetch", prefetch, 0);
  requireBetween(where, "prefetch", prefetch, 0, 64);
  requireInteger(where, "workers", workers, 0);
  requireBetween(where, "workers", workers, 0, 64);
  requireInteger(where, "seed", seed, 0);
  requireInteger(where, "epoch", epoch, 0);
  requireOneOf(where, "lastBatch", lastBatch, ["keep", "drop", "pad"]);
  if (augment !== undefined) requireAugmentation(where, augment);
  const values = channelValues(where, options);
  const { order, repeats } = orderRows(origin, options, randomStream(seed, epoch, orderStream));
  const swap = augment?.flip === true && augment.swapSides !== false;
  const sides = swap
    ? sidesOf(where, findings, origin.findings)
    : { findings, partners: Int32Array.from(findings, (_, k) => k) };
  const { data: labels } = applyLabelPolicy(origin.table, {
    findings: sides.findings,
    rows: order,
    ...(policy && { policy }),
  });
  const batches = order.length / batchSize;
  return {
    batchSize,
    numBatches: lastBatch === "drop" ? Math.floor(batches) : Math.ceil(batches),
    pad: lastBatch === "pad",
    order,
    repeats,
    labels,
    labelColumns: sides.findings.length,
    partners: sides.partners,
    values,
    augment,
    seed,
    epoch,
  };
}
