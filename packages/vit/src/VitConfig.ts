/** Shape of a vision transformer. Names as in the papers: width D, depth L, MLP dimension. */
export interface VitConfig {
  /** Side of the square input images in pixels; a multiple of `patchSize`. */
  readonly imageSize: number;
  /** Side of the square patches in pixels. */
  readonly patchSize: number;
  /** Number of image channels C. */
  readonly channels: number;
  /** Width D of the token vectors; a multiple of `numHeads`. */
  readonly width: number;
  /** Number of blocks L. */
  readonly depth: number;
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Width of the hidden layer of each block's MLP. */
  readonly mlpDim: number;
  /** Number of findings K: rows of the head. */
  readonly numClasses: number;
  /** What the head sees: the class token or the mean of the patch tokens, both after the final layer normalisation. */
  readonly pooling: "cls" | "mean";
  /** Whether each branch is scaled by a learned vector before it is added (DINOv2). */
  readonly layerScale: boolean;
  /**
   * Grid of the stored position table when it differs from the grid of the images, and the rule that resamples it
   * inside the forward pass. Left out, the table has the grid of the images.
   */
  readonly storedPositions?: {
    /** Side of the stored grid in patches, such as 37 for DINOv2. */
    readonly grid: number;
    /** Rule of resampling; see {@link resizePositionEmbedding}. */
    readonly convention: PositionConvention;
  };
}

/** Rules by which position embeddings are resampled; `dinov2` is the only one of this version. */
export type PositionConvention = "dinov2";
