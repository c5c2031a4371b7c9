import type { NamedArray } from "@cxrkit/runtime";

/** What `onStep` is told. */
export interface StepRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made in the whole run, this one included. */
  readonly step: number;
  /** Number of updates made in this epoch, this one included. */
  readonly stepInEpoch: number;
  /** Number of updates of an epoch, as far as known: of the last one or, in the first, from the number of images. */
  readonly stepsPerEpoch: number;
  /** Loss of the batch before the update, in nats. */
  readonly loss: number;
  /** Learning rate of the update. */
  readonly learningRate: number;
  /** Global norm of the gradients before clipping; undefined without `maxGradientNorm`. */
  readonly gradientNorm: number | undefined;
  /** Training images per second since the epoch began. */
  readonly imagesPerSecond: number;
  /** Estimate of the seconds until the last update of the last epoch, validation and checkpoints not counted. */
  readonly secondsLeft: number;
}

/** One epoch, as `onEpoch` is told, and as `log.jsonl` and the history keep it. */
export interface EpochRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Number of training images seen in this epoch. */
  readonly numImages: number;
  /** Mean training loss over all labels of the epoch that count, each batch before its update, in nats. */
  readonly trainLoss: number;
  /** Weighted cross-entropy of the validation images, in nats; undefined without validation. */
  readonly validationLoss: number | undefined;
  /** What `validate` returned; undefined without it. */
  readonly validationScore: number | undefined;
  /** Whether this is the best epoch so far; false without validation. */
  readonly isBest: boolean;
  /** Learning rate of the epoch's last update. */
  readonly learningRate: number;
  /** Training images per second of the epoch, validation and checkpoint not counted. */
  readonly imagesPerSecond: number;
  /** Duration of the epoch in seconds, validation included, checkpoint not. */
  readonly seconds: number;
}

/** The epoch with the best validation. */
export interface BestEpoch {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** What was compared. */
  readonly monitor: "score" | "loss";
  /** Its value in that epoch. */
  readonly value: number;
  /** Parameters after that epoch. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
}

/** What {@link fit} returns. */
export interface FitResult {
  /** Parameters after the last epoch. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  /** The best epoch; undefined without validation or when its value was never a number. */
  readonly best: BestEpoch | undefined;
  /** One record an epoch, those before a resume included. */
  readonly history: readonly EpochRecord[];
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Epoch whose checkpoint the call went on from; 0 when it began anew. */
  readonly resumedFrom: number;
  /** Number of calls of `onStep`, `onEpoch` and `onWarning` that threw or rejected; the run goes on. */
  readonly numCallbackErrors: number;
  /** The first of these errors; undefined when there was none. */
  readonly firstCallbackError: unknown;
  /** All warnings, in order. */
  readonly warnings: readonly string[];
}
