import type { Tensor2D } from "@tensorflow/tfjs-core";

/** Options of {@link vit} and {@link features}. */
export interface VitOptions {
  /**
   * Stochastic depth, for training only: factors `[2L, B]` of the branches, row 2i for the attention and row 2i + 1 for
   * the MLP of block i, a column an image; see {@link dropPathMasks}. Left out, every branch counts fully.
   */
  readonly dropPath?: Tensor2D;
}
