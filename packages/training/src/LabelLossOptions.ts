import type { Tensor2D } from "@tensorflow/tfjs-core";

/** What the losses of labels have in common. */
export interface LabelLossOptions {
  /**
   * 1 where a label counts and 0 where it is ignored, `[B, K]`; labels under a 0 may hold any finite number.
   * Without a mask the NaN labels are the ignored ones, which costs a comparison and a selection more.
   */
  readonly mask?: Tensor2D;
  /** Share ε in [0, 1) of each label that is split evenly: 1 becomes 1 − ε/2 and 0 becomes ε/2. @defaultValue `0` */
  readonly labelSmoothing?: number;
}
