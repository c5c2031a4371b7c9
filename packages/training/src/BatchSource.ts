/** Some images with their labels. */
export interface Batch {
  /** Pixels, `[B, H, W, C]` row-major, of the type that the model's `imageDType` says. */
  readonly images: Float32Array | Uint8Array;
  /** Sizes B, H, W, C of `images`; where it is given it is compared with the model's, else the number of pixels is. */
  readonly shape?: readonly number[];
  /** Labels, `[B, K]` row-major: 1 present, 0 absent, NaN ignored. */
  readonly labels: Float32Array;
  /** Identifier of each image, B of them. */
  readonly imageIds: readonly string[];
  /** Identifier of each image's patient, B of them. */
  readonly patientIds: readonly string[];
}

/** Where a pass over a source begins. */
export interface BatchPosition {
  /** Number of the epoch, from 1 while training, or 0 for a pass that only evaluates. */
  readonly epoch: number;
  /** Index of the first batch wanted, from 0. */
  readonly start: number;
}

/** Images in batches, in an order that depends on the epoch and on nothing else. */
export interface BatchSource {
  /** Number of images of one pass. */
  readonly numImages: number;
  /** Names of the K findings, in the order of the label columns. */
  readonly findings: readonly string[];
  /**
   * Number of labels that are 1 in one pass, for each finding, where they can be counted without reading an image. A
   * validation source without any is then refused before the first update, not after the first validation.
   * @defaultValue not known
   */
  readonly positives?: readonly number[];
  /**
   * One pass over the images. The same position must give the same batches, or a resumed run would not repeat the
   * uninterrupted one. A batch may be shorter than asked for, never longer; its arrays are not written to again.
   */
  readonly batches: (position: BatchPosition) => AsyncIterable<Batch>;
}
