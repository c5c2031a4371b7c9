import type { Table } from "apache-arrow";
import { changeImage, drawChange, requireAugmentation } from "./_augment.js";
import { requireInteger, requireOneOf } from "./_check.js";
import { randomStream, shuffleInPlace } from "./_random.js";
import type { Augmentation } from "./Augmentation.js";
import { applyLabelPolicy } from "./applyLabelPolicy.js";
import type { Batch } from "./Batch.js";
import type { BatchesOptions } from "./ImageStore.js";
import type { Split } from "./Manifest.js";

/** What batches are made from. */
interface BatchOrigin {
  readonly size: number;
  readonly table: Table;
  readonly findings: readonly string[];
  readonly imageIds: readonly string[];
  readonly patientIds: readonly string[];
  readonly rows: (split?: Split) => Int32Array;
  readonly pixels: (row: number) => Promise<Uint8Array>;
}

interface Plan {
  readonly order: Int32Array;
  readonly labels: Float32Array;
  readonly numFindings: number;
  readonly channels: 1 | 3;
  readonly values: readonly Float32Array[];
  readonly augment: Augmentation | undefined;
  readonly seed: number;
  readonly epoch: number;
}

const where = "ImageStore.batches";
const [orderStream, changeStream] = [1, 2];

/** Checks the options at once, then gives batch after batch. */
export function makeBatches(origin: BatchOrigin, options: BatchesOptions): AsyncIterable<Batch> {
  const { batchSize, dropLast = false, start = 0 } = options;
  requireInteger(where, "batchSize", batchSize, 1);
  requireInteger(where, "start", start, 0);
  const plan = planOf(origin, options);
  const numImages = plan.order.length;
  const numBatches = dropLast ? Math.floor(numImages / batchSize) : Math.ceil(numImages / batchSize);
  const read = (batch: number) => {
    const positions = [batch * batchSize, Math.min((batch + 1) * batchSize, numImages)] as const;
    return Promise.all(Array.from(plan.order.subarray(...positions), (row) => origin.pixels(row)));
  };
  return {
    async *[Symbol.asyncIterator]() {
      let pending = start < numBatches ? read(start) : undefined;
      try {
        for (let batch = start; batch < numBatches; batch++) {
          const pixels = (await pending) as Uint8Array[];
          pending = batch + 1 < numBatches ? read(batch + 1) : undefined;
          yield assemble(origin, plan, batch * batchSize, pixels);
        }
      } finally {
        await pending?.catch(() => undefined);
      }
    },
  };
}

function planOf(origin: BatchOrigin, options: BatchesOptions): Plan {
  const { seed = 0, epoch = 0, shuffle = false, augment, channels = 3, split } = options;
  const { findings = origin.findings, policy, mean = 0, std = 1 } = options;
  requireInteger(where, "seed", seed, 0);
  requireInteger(where, "epoch", epoch, 0);
  requireOneOf(where, "channels", String(channels), ["1", "3"]);
  if (augment !== undefined) requireAugmentation(where, augment);
  if (split !== undefined && options.rows !== undefined)
    throw new RangeError(`${where}: split and rows must not be given together, got both`);
  const order = options.rows === undefined ? origin.rows(split) : Int32Array.from(options.rows);
  for (const row of order)
    if (row < 0 || row >= origin.table.numRows)
      throw new RangeError(`${where}: rows must lie in [0, ${origin.table.numRows - 1}], got ${row}`);
  if (shuffle) shuffleInPlace(order, randomStream(seed, epoch, orderStream as number));
  const { data: labels } = applyLabelPolicy(origin.table, {
    findings,
    rows: order,
    ...(policy && { policy }),
  });
  const values = valueTables(channels, mean, std);
  return { order, labels, numFindings: findings.length, channels, values, augment, seed, epoch };
}

/** For each channel the float that each grey byte becomes. */
function valueTables(
  channels: number,
  mean: number | readonly number[],
  std: number | readonly number[],
): Float32Array[] {
  const perChannel = (name: string, value: number | readonly number[]) => {
    const list = typeof value === "number" ? Array.from({ length: channels }, () => value) : value;
    if (list.length !== channels || !list.every(Number.isFinite))
      throw new RangeError(`${where}: ${name} must be one number or ${channels}, got ${list.join(", ")}`);
    return list;
  };
  const means = perChannel("mean", mean);
  const stds = perChannel("std", std);
  if (!stds.every((s) => s > 0))
    throw new RangeError(`${where}: std must be above 0, got ${stds.join(", ")}`);
  return means.map((m, c) =>
    Float32Array.from({ length: 256 }, (_, grey) => (grey / 255 - m) / (stds[c] as number)),
  );
}

/** Lays the images of a batch one after the other, changed and turned into floats. */
function assemble(origin: BatchOrigin, plan: Plan, first: number, pixels: readonly Uint8Array[]): Batch {
  const { size } = origin;
  const { channels, values, augment, seed, epoch, numFindings } = plan;
  const length = pixels.length;
  const rows = plan.order.slice(first, first + length);
  const images = new Float32Array(length * size * size * channels);
  const scratch = new Uint8Array(size * size);
  pixels.forEach((image, i) => {
    if (augment !== undefined) {
      const random = randomStream(seed, epoch, changeStream as number, rows[i] as number);
      changeImage(image, scratch, size, drawChange(augment, size, random));
    }
    const begin = i * size * size * channels;
    for (const [c, table] of values.entries())
      for (let p = 0, at = begin + c; p < image.length; p++, at += channels)
        images[at] = table[image[p] as number] as number;
  });
  return {
    images,
    labels: plan.labels.slice(first * numFindings, (first + length) * numFindings),
    shape: [length, size, size, channels],
    imageIds: Array.from(rows, (row) => origin.imageIds[row] as string),
    patientIds: Array.from(rows, (row) => origin.patientIds[row] as string),
    rows,
  };
}
