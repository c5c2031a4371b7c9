import type { Tensor } from "@tensorflow/tfjs-core";

/** Numbers that a model draws anew for each batch while it is trained, such as the masks of dropout. */
export interface RandomInput {
  /**
   * Size of each axis for a batch of B images, such as `(B) => [24, B]` for the stochastic depth of 12 blocks.
   */
  readonly shape: (batchSize: number) => readonly number[];
  /**
   * Draws the numbers, row-major, of the shape for a batch of B images. The source gives uniform numbers on [0, 1) that
   * depend on the seed of the run, the epoch, the index of the batch in it and the name, so a resumed run draws the same.
   */
  readonly draw: (batchSize: number, random: () => number) => Float32Array;
}

/** Values of a model's {@link RandomInput | random inputs} by name. */
export type RandomTensors = Readonly<Record<string, Tensor>>;
