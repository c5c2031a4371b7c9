import type { Runtime } from "@cxrkit/runtime";

/** How far {@link predict} is. */
export interface PredictProgress {
  /** Number of images scored. */
  readonly numImages: number;
  /** Number of images of the source. */
  readonly totalImages: number;
}

/** Options of {@link predictFeatures} and {@link predictFeaturesToFile}. */
export interface PredictFeaturesOptions {
  /** Engine that runs the model; it stays open. */
  readonly runtime: Runtime;
  /** Number of images of one pass through the model, an integer of at least 1. The last batch may be shorter. */
  readonly batchSize: number;
  /** Ends the work before the next batch. */
  readonly signal?: AbortSignal;
  /** Called after each batch; what it throws is dropped. */
  readonly onProgress?: (progress: PredictProgress) => void;
  /** Where the rows come from: model, start, dataset, protocol, seed, checkpoint hash …; not `format` or `version`, which the table has itself. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of {@link predict} and {@link predictToFile}. */
export interface PredictOptions extends PredictFeaturesOptions {
  /**
   * Whether a score is the mean of the probabilities of the image and of the image with left and right exchanged. It
   * takes twice the time. A mirrored chest has its heart on the right: it helps where training mirrored images too.
   * @defaultValue `false`
   */
  readonly flips?: boolean;
}
