import type { Precision, Runtime } from "@cxrkit/runtime";
import type { EpochRecord, StepRecord } from "./FitResult.js";
import type { RunLogger } from "./RunLogger.js";
import type { Schedule } from "./Schedule.js";
import type { TensorFile } from "./TensorFile.js";

/** How the parameters of a run are averaged. */
export interface EmaOptions {
  /** Share d of the average that stays at an update, in [0, 1). */
  readonly decay: number;
  /** Whether d begins small: the smaller of `decay` and (1 + t)/(10 + t) after t updates. @defaultValue `false` */
  readonly warmUp?: boolean;
}

/** A length in epochs. */
export interface EveryEpochs {
  /** Number of epochs, an integer of at least 1. */
  readonly epochs: number;
  /** Not together with epochs. */
  readonly steps?: never;
}

/** A length in updates. */
export interface EverySteps {
  /** Number of updates, an integer of at least 1. */
  readonly steps: number;
  /** Not together with updates. */
  readonly epochs?: never;
}

/** How the factor on the loss is found. */
export interface LossScalingOptions {
  /** Factor at the first update, above 0; powers of 2 cost no digit. @defaultValue `65536` */
  readonly initial?: number;
  /** Number of finite updates in succession after which it doubles, an integer of at least 1. @defaultValue `2000` */
  readonly growthInterval?: number;
}

/** When some parameters begin to be trained. */
export interface Unfreezing {
  /** Which parameters: a function of the name, or patterns of which one must match. */
  readonly parameters: ((name: string) => boolean) | readonly RegExp[];
  /**
   * After how much training they join. Updates that were left out do not count; an epoch counts as the updates that
   * the number of images makes.
   */
  readonly after: EveryEpochs | EverySteps;
}

/** Options that every run has, whatever it makes small: those of {@link fit} and {@link pretrainDino}. */
export interface RunOptions {
  /** Engine that runs the steps; it stays open. */
  readonly runtime: Runtime;
  /**
   * Number of passes over the training images, an integer of at least 1. A run may be gone on with under a higher
   * number. @defaultValue no end but `steps`, one of the two must be given
   */
  readonly epochs?: number;
  /** Number of updates, an integer of at least 1, after which the run ends, be it inside an epoch. @defaultValue no such end */
  readonly steps?: number;
  /**
   * Number of images of one batch, an integer from 1 to the number of training images. The last batch of an epoch may be
   * shorter.
   */
  readonly batchSize: number;
  /**
   * Number of batches of one update, an integer of at least 1. The gradient is that of the loss over all labels of
   * these batches that count, so the numbers are those of one large batch; memory holds one batch's activations and
   * one more set of gradients. The last update of an epoch may have fewer. @defaultValue `1`
   */
  readonly accumulate?: number;
  /** What moves the parameters: {@link adamW}, {@link adam} or {@link sgd}. @defaultValue `"adamw"` */
  readonly optimizer?: "adamw" | "adam" | "sgd";
  /** Learning rate, or a schedule of it by update. */
  readonly learningRate: number | Schedule;
  /** Factor on the learning rate by parameter, at least 0, as {@link layerDecay} gives it. @defaultValue 1 for all */
  readonly learningRateScale?: (name: string) => number;
  /**
   * Parameters that are not trained: a function of the name, or patterns of which one must match; each pattern must
   * match a parameter. They get no
   * gradient and stay as they are to the bit. `(name) => !name.startsWith("head.")` trains a linear probe.
   * @defaultValue none
   */
  readonly freeze?: ((name: string) => boolean) | readonly RegExp[];
  /**
   * Parameters that join later: until then they are frozen, and the backward pass that only they need is not computed.
   * What the optimiser keeps of a parameter begins when it joins. The first entry that matches a name counts; parameters
   * that match none are trained from the first update on. @defaultValue none
   */
  readonly unfreeze?: readonly Unfreezing[];
  /** Weight decay, at least 0: decoupled in AdamW, part of the gradient in the others. @defaultValue `0` */
  readonly weightDecay?: number;
  /** Which parameters are not decayed. @defaultValue {@link sparedFromDecay} */
  readonly spared?: (name: string, shape: readonly number[]) => boolean;
  /** Decay rates of the two moments of AdamW and Adam, each in [0, 1); not with SGD. @defaultValue `[0.9, 0.999]` */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment of AdamW and Adam, above 0; not with SGD. @defaultValue `1e-8` */
  readonly epsilon?: number;
  /** Share of the momentum that stays in SGD, in [0, 1). @defaultValue `0` */
  readonly momentum?: number;
  /** Whether SGD looks ahead along its momentum. @defaultValue `false` */
  readonly nesterov?: boolean;
  /** Largest size of an element of a gradient, above 0; it comes before the norm. @defaultValue no clipping */
  readonly maxGradientValue?: number;
  /** Largest global norm of the gradients, above 0. @defaultValue no clipping */
  readonly maxGradientNorm?: number;
  /**
   * Average of the parameters over the updates, e ← e + (1 − d)(θ − e), begun at the first parameters; d is `decay` in
   * [0, 1) or, with `warmUp`, the smaller of it and (1 + t)/(10 + t) after t updates. Validation and the best epoch
   * are those of the average. @defaultValue none
   */
  readonly ema?: EmaOptions;
  /**
   * What happens when a loss or gradient is not finite: the run stops, or the update is left out, counted and warned
   * of. A loss that is not finite over a whole epoch stops the run in any case. @defaultValue `"stop"`
   */
  readonly onNonFinite?: "stop" | "skip";
  /**
   * Type of the matrix products of training, see `StepDefinition.precision` of the runtime. Parameters, gradients and
   * what the optimiser keeps are float32 in any case, and validation images are scored in float32.
   * @defaultValue `"float32"`
   */
  readonly precision?: Precision;
  /**
   * Whether gradients are those of the loss times a factor, which is divided out of them before anything looks at them,
   * so that small ones do not vanish in float16. Where they are not finite the update is left out, counted, and the
   * factor halved; after many finite updates it doubles. A loss that is not finite is treated as `onNonFinite` says.
   * @defaultValue `true` with `precision: "float16"`, else `false`
   * @see Micikevicius et al. (2018), Mixed Precision Training, section 3.2; `GradScaler` of PyTorch has the same constants
   */
  readonly lossScaling?: boolean | LossScalingOptions;
  /**
   * Folder of the run; needs `tensorFile`. Without it nothing is written. One copy of the state is kept in memory to be
   * written while the next updates are made, with validation one of the parameters more, and while a large state is
   * hashed 128 MiB.
   */
  readonly folder?: string;
  /** How checkpoints are written and read. */
  readonly tensorFile?: TensorFile;
  /** Number of newest checkpoints kept in the folder, an integer of at least 1. @defaultValue `2` */
  readonly keep?: number;
  /** Seed of the order of the training images, an integer of at least 0. It is recorded, and a run is not gone on with under another one. */
  readonly seed?: number;
  /**
   * Ends the run before the next update. With a folder a checkpoint of exactly this position is written first, so that
   * nothing of the epoch is lost.
   */
  readonly signal?: AbortSignal;
  /** Called after each update. */
  readonly onStep?: (record: StepRecord) => void;
  /** Called after each epoch. Its checkpoint is written while the next updates are made; it is safe when the call ends. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Told the numbers of every update, validation and epoch. They stay open, and what they throw is counted. */
  readonly loggers?: readonly RunLogger[];
  /** Called with one line for each thing that a person should know and that does not end the run. */
  readonly onWarning?: (message: string) => void;
  /** Clock in milliseconds, for rates and times left. @defaultValue `performance.now` */
  readonly now?: () => number;
}
