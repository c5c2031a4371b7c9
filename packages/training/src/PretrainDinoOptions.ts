import type { NamedArray } from "@cxrkit/runtime";
import type { CropOptions } from "./CropOptions.js";
import type { RunOptions } from "./RunOptions.js";
import type { Schedule } from "./Schedule.js";

/** The head between a model's vectors and the prototypes, which training throws away. */
export interface DinoHeadOptions {
  /** Width of the two hidden layers, an integer of at least 1. @defaultValue `2048` */
  readonly hiddenDim?: number;
  /** Width of the layer before the prototypes, whose vectors have length 1; an integer of at least 1. @defaultValue `256` */
  readonly bottleneckDim?: number;
  /** Number K of prototypes, an integer of at least 2. @defaultValue `65536` */
  readonly numPrototypes?: number;
  /** What the head begins with, as {@link PretrainDinoResult} gives it, of these sizes. @defaultValue drawn from the seed */
  readonly parameters?: ReadonlyMap<string, NamedArray>;
}

/** The loss of masked patches, see {@link ibotLoss}. */
export interface IbotOptions {
  /** Factor on the loss, above 0. @defaultValue `1` */
  readonly weight?: number;
  /** Probability that a large view has masked patches, in (0, 1]. @defaultValue `0.5` */
  readonly probability?: number;
  /** Share of the patches that are masked, drawn uniformly; in (0, 1). @defaultValue `[0.1, 0.5]` */
  readonly ratio?: readonly [least: number, most: number];
}

/** Options of {@link pretrainDino}. */
export interface PretrainDinoOptions extends RunOptions {
  /** Seed of crops, masks and head. It is recorded, and a run is not gone on with under another one. */
  readonly seed: number;
  /** How the views are cut out. */
  readonly crops: CropOptions;
  /** Sizes of the head. */
  readonly head?: DinoHeadOptions;
  /** Temperature of the student, above 0. @defaultValue `0.1` */
  readonly studentTemperature?: number;
  /** Temperature of the teacher, above 0, or a schedule of it by update, such as one that rises from 0.04 to 0.07. @defaultValue `0.04` */
  readonly teacherTemperature?: number | Schedule;
  /**
   * Share of the teacher that stays at an update: where it begins, in [0, 1), to rise to 1 along half a cosine over the
   * updates of the run, so that the run is not gone on with under another length; or a schedule of it by update.
   * @defaultValue `0.996`
   */
  readonly teacherMomentum?: number | Schedule;
  /**
   * What keeps the teacher from saying the same of all images: a centre that is taken off, or {@link sinkhornKnopp}
   * with 3 iterations. @defaultValue `"centre"`
   */
  readonly balance?: "centre" | "sinkhorn-knopp";
  /** Share of the centre that stays at an update, in [0, 1); only with `balance: "centre"`. @defaultValue `0.9` */
  readonly centreMomentum?: number;
  /** Factor on {@link koLeoLoss} of the student's vectors of each large view, at least 0. @defaultValue `0.1` */
  readonly koLeoWeight?: number;
  /** The loss of masked patches. @defaultValue none */
  readonly ibot?: IbotOptions;
  /**
   * Number of epochs in which the prototypes stay as they are, an integer of at least 0; above 0 not together with
   * `freeze` or `unfreeze` of them. @defaultValue `1`, or 0 where one of these matches them
   */
  readonly frozenPrototypeEpochs?: number;
}
