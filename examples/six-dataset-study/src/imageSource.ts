import {
  type Augmentation,
  applyLabelPolicy,
  type ImageStore,
  type LabelMatrix,
  type LabelPolicy,
  type Split,
} from "@cxrkit/datasets";
import type { Batch, BatchSource } from "@cxrkit/training";

/** How {@link imageSource} reads a store. */
export interface ImageSourceOptions {
  readonly split: Split;
  readonly findings: readonly string[];
  readonly batchSize: number;
  readonly policy: LabelPolicy;
  /** Seed of order and changes; without it the images come in the store's order, unchanged. */
  readonly seed?: number;
  readonly augment?: Augmentation;
  /** What becomes of a last batch with fewer images. @defaultValue `"keep"` */
  readonly lastBatch?: "drop" | "keep";
}

/**
 * One split of an image store as `training` wants its images. Labels of findings that the store does not have are NaN:
 * not known.
 */
export function imageSource(images: ImageStore, options: ImageSourceOptions): BatchSource {
  const { split, findings, batchSize, policy, seed, augment, lastBatch = "keep" } = options;
  const known = findings.filter((finding) => images.findings.includes(finding));
  const columns = findings.map((finding) => known.indexOf(finding));
  const rows = images.rows(split);
  const { length: numRows } = rows;
  const labels = applyLabelPolicy(images.table, { findings: known, policy, rows });
  return {
    numImages: lastBatch === "drop" ? numRows - (numRows % batchSize) : numRows,
    findings,
    // Which images a last batch that is dropped would have had differs from pass to pass.
    ...(lastBatch === "keep" ? { positives: columns.map((column) => positivesIn(labels, column)) } : {}),
    batches: ({ epoch, start }) => {
      const batches = images.batches({
        pixels: "uint8",
        split,
        findings: known,
        batchSize,
        policy,
        epoch,
        start,
        augment,
        lastBatch,
        shuffle: seed !== undefined,
        seed: seed ?? 0,
      });
      return known.length === findings.length ? batches : withColumns(batches, columns, known.length);
    },
  };
}

/** Number of positive labels of a column; none of a finding that the store does not have. */
function positivesIn({ data, rows, columns }: LabelMatrix, column: number): number {
  let count = 0;
  for (let row = 0; column >= 0 && row < rows; row++) if (data[row * columns + column] === 1) count++;
  return count;
}

async function* withColumns<B extends Batch>(
  batches: AsyncIterable<B>,
  columns: readonly number[],
  numKnown: number,
): AsyncGenerator<B> {
  for await (const batch of batches) {
    const labels = new Float32Array(batch.imageIds.length * columns.length).fill(Number.NaN);
    for (let row = 0; row < batch.imageIds.length; row++)
      for (const [k, column] of columns.entries())
        if (column >= 0) labels[row * columns.length + k] = batch.labels[row * numKnown + column] as number;
    yield { ...batch, labels };
  }
}
