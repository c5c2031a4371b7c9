import type { Tensor2D } from "@tensorflow/tfjs-core";

/** Options of {@link vit}, {@link features} and {@link patchFeatures}. */
export interface VitOptions {
  /**
   * Stochastic depth, for training only: factors `[2L, B]` of the branches, row 2i for the attention and row 2i + 1 for
   * the MLP of block i, a column an image; see {@link dropPathMasks}. Left out, every branch counts fully.
   */
  readonly dropPath?: Tensor2D;
  /**
   * Patches that are hidden, `[B, N]` for N patches row by row: where it is 1, `mask_token` takes the place of the projected
   * patch before its position is added; elsewhere it is 0. Needs `maskToken` of the configuration. @defaultValue none
   * @see Zhou et al. (2022), iBOT, section 3.1; `prepare_tokens_with_masks` of DINOv2
   */
  readonly maskedPatches?: Tensor2D;
  /**
   * Whether a backward pass computes each block once more from what went into it, instead of keeping what is inside:
   * less memory for more time. Of a block of B images and N tokens of width D, 4·B·N·D bytes stay in place of some
   * twenty times as many; a training step makes the matrix products of a forward pass once more, four in place of three.
   * The gradients are the same. Also known as activation checkpointing (PyTorch) and `set_grad_checkpointing` (timm).
   * @defaultValue `false`
   * @see Chen et al. (2016), Training Deep Nets with Sublinear Memory Cost
   */
  readonly gradientCheckpointing?: boolean;
}
