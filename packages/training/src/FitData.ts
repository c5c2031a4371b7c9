import type { BatchSource } from "./BatchSource.js";

/** The images of a run. */
export interface FitData {
  /** Images that change the parameters. */
  readonly train: BatchSource;
  /** Images that measure them after each epoch, with the same findings. */
  readonly validation?: BatchSource;
}
