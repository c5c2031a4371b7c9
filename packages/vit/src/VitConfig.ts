/** Shape of a vision transformer. Names as in the papers: width D, depth L, MLP dimension. */
export interface VitConfig {
  /** Height and width of the input images in pixels, one number if they are square; multiples of `patchSize`. */
  readonly imageSize: number | readonly [height: number, width: number];
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
  /** Width of the hidden layer of each block's MLP; for `swiglu` that of the product, half the rows of `mlp.fc1`. */
  readonly mlpDim: number;
  /** Number of findings K: rows of the head. */
  readonly numClasses: number;
  /**
   * What the head sees: the class token, the mean of the patch tokens (registers are no patches), or the one beside the
   * other, `[B, 2D]`, as in DINOv2's linear evaluation.
   */
  readonly pooling: "cls" | "mean" | "cls+mean";
  /** Whether each branch is scaled by a learned vector before it is added (DINOv2). */
  readonly layerScale: boolean;
  /**
   * Whether the last layer normalisation comes after the mean instead of before it and is named `fc_norm`, as in MAE's
   * fine-tuning and where timm's `global_pool` is `avg`; only with `pooling: "mean"`. @defaultValue `false`
   */
  readonly fcNorm?: boolean;
  /**
   * Hidden layer of the MLPs: `gelu`, or `swiglu`, silu(x₁)·x₂ with both halves from one `mlp.fc1` `[2·mlpDim, D]`
   * (timm's `SwiGLUPacked`, DINOv2's `w12`). @defaultValue `"gelu"`
   */
  readonly mlp?: "gelu" | "swiglu";
  /** Number of register tokens between class token and patches; they have no positions. @defaultValue `0` */
  readonly numRegisters?: number;
  /**
   * Whether the position table begins with a row for the class token; `false` is timm's `no_embed_class`, which its
   * DINOv2 models with registers have. @defaultValue `true`
   */
  readonly classPosition?: boolean;
  /**
   * Whether there is a token `mask_token` `[1, D]` that stands for patches that are hidden, see `maskedPatches` of
   * {@link VitOptions}; pre-training by masked patches learns it, and nothing else uses it. @defaultValue `false`
   */
  readonly maskToken?: boolean;
  /**
   * Grid of the stored position table when it differs from the grid of the images, and the rule that resamples it
   * inside the forward pass. Left out, the table has the grid of the images.
   */
  readonly storedPositions?: {
    /** Rows and columns of the stored grid in patches, one number if it is square, such as 37 for DINOv2. */
    readonly grid: number | readonly [rows: number, columns: number];
    /** Rule of resampling; see {@link resizePositionEmbedding}. */
    readonly convention: PositionConvention;
  };
}

/** Rules by which position embeddings are resampled; see {@link resizePositionEmbedding}. */
export type PositionConvention = "dinov2" | "timm" | "huggingface";
