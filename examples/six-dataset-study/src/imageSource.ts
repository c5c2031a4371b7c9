import type { Augmentation, ImageStore, Split } from "@cxrkit/datasets";
import type { BatchSource } from "@cxrkit/training";

/** How {@link imageSource} reads a store. */
export interface ImageSourceOptions {
  readonly split: Split;
  readonly findings: readonly string[];
  readonly batchSize: number;
  /** Seed of order and changes; without it the images come in the store's order, unchanged. */
  readonly seed?: number;
  readonly augment?: Augmentation;
}

/** One split of an image store as `training` wants its images. */
export function imageSource(
  images: ImageStore,
  { split, findings, batchSize, seed, augment }: ImageSourceOptions,
): BatchSource {
  return {
    numImages: images.rows(split).length,
    findings,
    batches: ({ epoch, start }) =>
      images.batches({
        pixels: "uint8",
        split,
        findings,
        batchSize,
        epoch,
        start,
        augment,
        shuffle: seed !== undefined,
        seed: seed ?? 0,
      }),
  };
}
