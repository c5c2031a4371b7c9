/** Some numbers of a run at one update. */
export interface LogEntry {
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /**
   * Numbers by name: after an update `train/loss`, `train/learningRate`, `train/imagesPerSecond` and, with
   * `maxGradientNorm`, `train/gradientNorm`, with loss scaling `train/lossScale`; after a validation `validation/loss` and `validation/score`; after an
   * epoch `epoch/trainLoss` and `epoch/seconds`. NaN is possible.
   */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Who keeps the numbers of a run. What it throws or rejects with is counted and does not end the run. */
export interface RunLogger {
  /**
   * Told before anything is logged how many updates the run has made already: 0 when it begins anew. {@link fit} waits
   * for it.
   */
  readonly begin?: (step: number) => Promise<void>;
  /** Takes an entry. It should return at once; {@link fit} does not wait for a promise. */
  readonly log: (entry: LogEntry) => void | Promise<void>;
  /** Resolves when all entries so far are safe. {@link fit} waits for it at its end. */
  readonly flush?: () => Promise<void>;
}

/** A logger that keeps the numbers in a file. */
export interface RunLogFile extends RunLogger {
  /** Resolves when all entries so far are on the disk; rejects when one could not be written. */
  readonly flush: () => Promise<void>;
  /** Flushes and closes the file; logging afterwards is an error. */
  readonly close: () => Promise<void>;
}
