import type { Batch, BatchPosition, BatchSource } from "./BatchSource.js";
import type { TrainableModel } from "./TrainableModel.js";

/** What the batches of a source must fit. */
export interface BatchExpectation {
  /** Function and source for messages, such as `fit: train`. */
  readonly subject: string;
  /** Whose images they are. */
  readonly model: Pick<TrainableModel, "imageShape" | "imageDType">;
  /** Largest number of images. */
  readonly batchSize: number;
}

/** Yields the batches of one pass, each checked, the next `ahead` being read while the current one is used. */
export async function* readBatches(
  source: BatchSource,
  position: BatchPosition,
  expectation: BatchExpectation,
  { ahead = 1, mayBeEmpty = false }: { readonly ahead?: number; readonly mayBeEmpty?: boolean } = {},
): AsyncGenerator<Batch> {
  let index = position.start;
  for await (const batch of readAhead(source.batches(position), ahead)) {
    requireBatch(batch, source.findings, index, expectation);
    index += 1;
    yield batch;
  }
  if (index === position.start && !mayBeEmpty)
    throw new RangeError(`${expectation.subject} must give at least one batch, got none`);
}

/** Gathers batches into groups of `size`; the last group may be shorter. */
export async function* groupsOf(batches: AsyncIterable<Batch>, size: number): AsyncGenerator<Batch[]> {
  let group: Batch[] = [];
  for await (const batch of batches) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function* readAhead<T>(items: AsyncIterable<T>, depth: number): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const waiting: Promise<IteratorResult<T>>[] = [];
  let exhausted = false;
  const request = () => {
    const last = waiting.at(-1);
    // One at a time: an iterator need not bear two questions at once.
    const next =
      last === undefined ? iterator.next() : last.then((item) => (item.done ? item : iterator.next()));
    // The failure is thrown when its turn comes; until then it must not count as unhandled.
    next.catch(() => {});
    waiting.push(next);
  };
  request();
  try {
    while (true) {
      while (waiting.length < depth) request();
      const current = await (waiting[0] as Promise<IteratorResult<T>>);
      if (current.done) {
        exhausted = true;
        return;
      }
      request();
      waiting.shift();
      yield current.value;
    }
  } finally {
    if (!exhausted) await iterator.return?.();
  }
}

function requireBatch(
  batch: Batch,
  findings: readonly string[],
  index: number,
  { subject, model: { imageShape, imageDType = "float32" }, batchSize }: BatchExpectation,
): void {
  const where = `${subject} batch ${index}`;
  const { images, shape, labels, imageIds, patientIds } = batch;
  const rows = imageIds.length;
  if (rows < 1 || rows > batchSize)
    throw new RangeError(`${where} must hold 1 to ${batchSize} images, the batch size, got ${rows}`);
  const [height, width, channels] = imageShape;
  const wanted = [rows, ...imageShape];
  if (shape !== undefined && String(shape) !== String(wanted))
    throw new RangeError(`${where}: images must have shape [${wanted}], got [${shape}]`);
  requireKind(where, "images", images, imageDType);
  requireLength(
    where,
    "images",
    images,
    rows,
    height * width * channels,
    `[B, ${height}, ${width}, ${channels}]`,
  );
  requireKind(where, "labels", labels, "float32");
  requireLength(where, "labels", labels, rows, findings.length, `[B, ${findings.length}]`);
  if (patientIds.length !== rows)
    throw new RangeError(
      `${where} must have as many patientIds as imageIds (${rows}), got ${patientIds.length}`,
    );
  const wrong = labels.findIndex((label) => label !== 0 && label !== 1 && !Number.isNaN(label));
  if (wrong === -1) return;
  const image = imageIds[Math.floor(wrong / findings.length)];
  throw new RangeError(
    `${where}: label ${findings[wrong % findings.length]} of image ${image} must be 1, 0 or NaN (ignored), got ${labels[wrong]}`,
  );
}

function requireKind(where: string, subject: string, data: unknown, dtype: "float32" | "uint8"): void {
  const kind = dtype === "uint8" ? Uint8Array : Float32Array;
  if (!(data instanceof kind)) throw new TypeError(`${where}: ${subject} must be a ${kind.name}`);
}

function requireLength(
  where: string,
  subject: string,
  data: ArrayLike<number>,
  rows: number,
  size: number,
  shape: string,
): void {
  if (data.length !== rows * size)
    throw new RangeError(
      `${where}: ${subject} of ${rows} images must have shape ${shape}, ${rows * size} numbers, got ${data.length}`,
    );
}
