/** What every batch says of its images. */
export interface BatchRows {
  /** Labels, shape `[B, K]`: 1 present, 0 absent, NaN to be ignored. */
  readonly labels: Float32Array;
  /** Lengths of the axes of `images`: B, H, W, C. */
  readonly shape: readonly [number, number, number, number];
  /** Id of each image, length B. */
  readonly imageIds: readonly string[];
  /** Id of each image's patient, length B. */
  readonly patientIds: readonly string[];
  /** Row of each image in the store, length B. */
  readonly rows: Int32Array;
  /** Number of images that count, from the first on; the rest repeats them to fill the batch, with labels NaN. */
  readonly numValid: number;
}

/** A few images with their labels, ready to be fed to a model. */
export interface Batch extends BatchRows {
  /** Pixels, shape `[B, H, W, C]`, values in [0, 1] unless mean and std were given. */
  readonly images: Float32Array;
}

/** A few images as grey bytes with their labels, to be normalised where they are used. */
export interface ByteBatch extends BatchRows {
  /** Pixels, shape `[B, H, W, 1]`, from 0, black, to 255, white. */
  readonly images: Uint8Array;
}
