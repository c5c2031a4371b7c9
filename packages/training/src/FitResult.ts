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
  /** Loss of the images of the update, before it, in nats; not finite when the update was left out. */
  readonly loss: number;
  /** Learning rate of the update. */
  readonly learningRate: number;
  /** Global norm of the gradients before clipping; undefined without `maxGradientNorm`. */
  readonly gradientNorm: number | undefined;
  /** Factor on the loss; undefined without `lossScaling`. */
  readonly lossScale?: number | undefined;
  /** What the objective reports beside its loss, such as the entropies of {@link pretrainDino}; empty in {@link fit}. */
  readonly watched: Readonly<Record<string, number>>;
  /** Training images per second since the epoch began. */
  readonly imagesPerSecond: number;
  /** Estimate of the seconds until the last update of the last epoch, validation and checkpoints not counted. */
  readonly secondsLeft: number;
}

/** One validation. */
export interface ValidationRecord {
  /** Number of the epoch in which or after which it was made, from 1. */
  readonly epoch: number;
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Loss of the validation images, in nats. */
  readonly loss: number;
  /** What `validate` returned; undefined without it. */
  readonly score: number | undefined;
  /** Whether it is the best so far. */
  readonly isBest: boolean;
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
  /** Loss of the epoch's last validation, in nats; undefined when there was none. */
  readonly validationLoss: number | undefined;
  /** Score of the epoch's last validation; undefined when there was none or without `validate`. */
  readonly validationScore: number | undefined;
  /** Whether a validation of this epoch is the best so far; false without validation. */
  readonly isBest: boolean;
  /** Learning rate of the epoch's last update. */
  readonly learningRate: number;
  /** Training images per second of the epoch, validation and checkpoint not counted. */
  readonly imagesPerSecond: number;
  /** Duration of the epoch in seconds, validation included, checkpoint not. */
  readonly seconds: number;
  /** Factor on the loss after the epoch; absent without `lossScaling`. */
  readonly lossScale?: number;
  /** Number of updates of the epoch that were left out; absent without `lossScaling`. */
  readonly numSkipped?: number;
}

/** The best validation. */
export interface BestEpoch {
  /** Number of its epoch, from 1. */
  readonly epoch: number;
  /** Number of updates that were made before it. */
  readonly step: number;
  /** What was compared. */
  readonly monitor: "score" | "loss";
  /** Its value there. */
  readonly value: number;
  /** Parameters there, or their average with `ema`. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
}

/** What every run says of itself at its end. */
export interface RunResult {
  /** One record for each whole epoch, those before a resume included. */
  readonly history: readonly EpochRecord[];
  /** What ended the run. */
  readonly endedBy: "epochs" | "steps" | "patience";
  /** Number of updates made in the whole run. */
  readonly step: number;
  /** Number of updates that were left out, see `onNonFinite` and `lossScaling`; `step` counts them. */
  readonly numSkipped: number;
  /** Number of whole epochs of the checkpoint that the call went on from; 0 when it began anew. */
  readonly resumedFrom: number;
  /** Number of calls of callbacks and loggers that threw or rejected; the run goes on. */
  readonly numCallbackErrors: number;
  /** The first of these errors; undefined when there was none. */
  readonly firstCallbackError: unknown;
  /** All warnings, in order. */
  readonly warnings: readonly string[];
}

/** What {@link fit} returns. */
export interface FitResult extends RunResult {
  /** Parameters after the last update. */
  readonly parameters: ReadonlyMap<string, NamedArray>;
  /** Their average after the last update; undefined without `ema`. */
  readonly averaged: ReadonlyMap<string, NamedArray> | undefined;
  /** The best validation; undefined without validation or when its value was never a number. */
  readonly best: BestEpoch | undefined;
  /** One record a validation, those before a resume included. */
  readonly validations: readonly ValidationRecord[];
}
